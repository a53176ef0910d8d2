/**
 * Whether `text` matches `pattern`, in which `*` stands for any characters, `/` included, and `?`
 * for exactly one. Case-sensitive. No pattern from outside becomes a RegExp.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] as string;
  const last = parts[parts.length - 1] as string;
  if (parts.length === 1) return text.length === first.length && isAt(0, first, text);

  let end = first.length;
  if (!isAt(0, first, text)) return false;
  for (let i = 1; i < parts.length - 1; i++) {
    const part = parts[i] as string;
    const found = indexOfPart(part, text, end);
    if (found === -1) return false;
    end = found + part.length;
  }
  const start = text.length - last.length;
  return start >= end && isAt(start, last, text);
}

/** The first place from `from` on; the engine's own search where no `?` is in the way. */
function indexOfPart(part: string, text: string, from: number): number {
  if (part.indexOf('?') === -1) return text.indexOf(part, from);
  for (let at = from; at + part.length <= text.length; at++) if (isAt(at, part, text)) return at;
  return -1;
}

function isAt(at: number, part: string, text: string): boolean {
  if (part.indexOf('?') === -1) return text.slice(at, at + part.length) === part;
  if (at + part.length > text.length) return false;
  for (let i = 0; i < part.length; i++) {
    if (part.charAt(i) !== '?' && part.charAt(i) !== text.charAt(at + i)) return false;
  }
  return true;
}
