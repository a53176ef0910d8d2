/** IP addresses and CIDR ranges, in the plain JavaScript that every runtime has. */

/** The 16-bit groups of an address: two for IPv4, eight for IPv6. */
type Groups = number[];

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const IPV6_GROUP = /^[0-9A-Fa-f]{1,4}$/;
const PREFIX_LENGTH = /^(0|[1-9]\d{0,2})$/;

/** An address, or a range such as `203.0.113.0/24` or `2001:db8::/32`; null when it is neither. */
export interface SourceIp {
  readonly groups: Groups;
  readonly prefixLength: number;
}

export function readSourceIp(text: string): SourceIp | null {
  const slash = text.indexOf('/');
  const groups = readAddress(slash === -1 ? text : text.slice(0, slash));
  if (groups === null) return null;

  const bits = groups.length * 16;
  if (slash === -1) return { groups: groups, prefixLength: bits };
  const length = text.slice(slash + 1);
  if (!PREFIX_LENGTH.test(length) || Number(length) > bits) return null;
  return { groups: groups, prefixLength: Number(length) };
}

/** Whether the viewer's address lies in the range. IPv4 is never inside an IPv6 range, nor the reverse. */
export function isInSourceIp(range: SourceIp, viewerIp: string): boolean {
  const viewer = readAddress(viewerIp);
  if (viewer === null || viewer.length !== range.groups.length) return false;
  for (let i = 0; i * 16 < range.prefixLength; i++) {
    const unused = Math.max(0, (i + 1) * 16 - range.prefixLength);
    if ((viewer[i] as number) >> unused !== (range.groups[i] as number) >> unused) return false;
  }
  return true;
}

function readAddress(text: string): Groups | null {
  return text.indexOf(':') === -1 ? readIpv4(text) : readIpv6(text);
}

function readIpv4(text: string): Groups | null {
  const match = IPV4.exec(text);
  if (match === null) return null;
  const bytes: number[] = [];
  for (let i = 1; i <= 4; i++) {
    const digits = match[i] as string;
    if (Number(digits) > 255 || (digits.length > 1 && digits.charAt(0) === '0')) return null;
    bytes.push(Number(digits));
  }
  return [((bytes[0] as number) << 8) | (bytes[1] as number), ((bytes[2] as number) << 8) | (bytes[3] as number)];
}

/** An IPv4-mapped address (`::ffff:203.0.113.7`) is the IPv4 address. */
function readIpv6(text: string): Groups | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const left = readGroups(halves[0] as string);
  const right = halves.length === 2 ? readGroups(halves[1] as string) : [];
  if (left === null || right === null) return null;

  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = left.slice();
  for (let i = 0; i < missing; i++) groups.push(0);
  const all = groups.concat(right);
  return isIpv4Mapped(all) ? all.slice(6) : all;
}

function readGroups(text: string): Groups | null {
  if (text === '') return [];
  const groups: Groups = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    if (IPV6_GROUP.test(part)) {
      groups.push(parseInt(part, 16));
    } else {
      const ipv4 = i === parts.length - 1 ? readIpv4(part) : null;
      if (ipv4 === null) return null;
      groups.push(ipv4[0] as number, ipv4[1] as number);
    }
  }
  return groups;
}

function isIpv4Mapped(groups: Groups): boolean {
  for (let i = 0; i < 5; i++) if (groups[i] !== 0) return false;
  return groups[5] === 0xffff;
}
