/**
 * Whether `text` matches `pattern`, in which `*` stands for any characters, `/` included, and `?`
 * for exactly one. Case-sensitive. A linear scan: no pattern from outside becomes a RegExp.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let retry = 0;
  while (t < text.length) {
    const wanted = pattern.charAt(p);
    if (wanted === '*') {
      if (p === pattern.length - 1) return true;
      star = p++;
      retry = t;
    } else if (p < pattern.length && (wanted === '?' || wanted === text.charAt(t))) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (pattern.charAt(p) === '*') p++;
  return p === pattern.length;
}
