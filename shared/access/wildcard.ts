/**
 * Whether `text` matches `pattern`, in which `*` stands for any characters, `/` included, and `?`
 * for exactly one. Case-sensitive. No pattern from outside becomes a RegExp.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const last = parts.length - 1;
  let end = 0;
  for (let i = 0; i <= last; i++) {
    const part = parts[i] as string;
    let start = i === last ? text.length - part.length : 0;
    if (i > 0 && i < last) start = indexOfPart(part, text, end);
    else if ((i === 0 && start !== 0) || !isAt(start, part, text)) return false;
    if (start < end) return false;
    end = start + part.length;
  }
  return true;
}

/** The first place from `from` on; the engine's own search where no `?` is in the way. */
function indexOfPart(part: string, text: string, from: number): number {
  if (!part.includes('?')) return text.indexOf(part, from);
  for (let at = from; at + part.length <= text.length; at++) if (isAt(at, part, text)) return at;
  return -1;
}

function isAt(at: number, part: string, text: string): boolean {
  if (!part.includes('?')) return text.slice(at, at + part.length) === part;
  let i = 0;
  while (i < part.length && (part[i] === '?' ? at + i < text.length : part[i] === text[at + i])) i++;
  return i === part.length;
}
