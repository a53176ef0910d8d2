/** IP addresses and CIDR ranges, in the plain JavaScript that every runtime has. */

/** A range of addresses. */
export interface SourceIp {
  /** The bits that all addresses of the range begin with, as a text of `0` and `1`. */
  readonly prefix: string;
  /** 32 bits for IPv4, 128 for IPv6. */
  readonly bits: number;
}

// `(?![\s\S])` is the end: in the CloudFront engine `$` would let a line break pass.
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!(?![\s\S]))|(?![\s\S]))){4}(?![\s\S])/;
const IPV6_GROUP = /^[0-9A-Fa-f]{1,4}(?![\s\S])/;

/** An address, or a range such as `203.0.113.0/24` or `2001:db8::/32`; undefined when it is neither. */
export function readSourceIp(text: unknown): SourceIp | undefined {
  const parts = typeof text === 'string' ? text.split('/') : [''];
  const bits = bitsOf(parts[0] as string);
  const length = parts[1] === undefined ? bits.length : parseInt(parts[1], 10);
  const isLength = parts[1] === undefined || (String(length) === parts[1] && length >= 0 && length <= bits.length);
  if (bits === '' || parts.length > 2 || !isLength) return undefined;
  return { prefix: bits.slice(0, length), bits: bits.length };
}

/** Whether the viewer's address lies in the range. IPv4 is never inside an IPv6 range, nor the reverse. */
export function isInSourceIp(range: SourceIp, viewerIp: string): boolean {
  const bits = bitsOf(viewerIp);
  return bits.length === range.bits && bits.indexOf(range.prefix) === 0;
}

/** The bits of an address as a text; empty for what is not one. IPv6 with an IPv4 ending is not read. */
function bitsOf(address: string): string {
  if (address.indexOf(':') === -1) return IPV4.test(address) ? address.split('.').map(byteBits).join('') : '';
  const halves = address.split('::');
  const left = groupsOf(halves[0]);
  const right = groupsOf(halves[1]);
  const missing = 8 - left.length - right.length;
  const isWhole = halves.length === 1 ? missing === 0 : halves.length === 2 && missing > 0;
  if (!isWhole || !left.concat(right).every((group) => IPV6_GROUP.test(group))) return '';
  return left.map(groupBits).join('') + '0'.repeat(16 * missing) + right.map(groupBits).join('');
}

function groupsOf(half: string | undefined): string[] {
  return half ? half.split(':') : [];
}

function byteBits(byte: string): string {
  return (256 + Number(byte)).toString(2).slice(1);
}

function groupBits(group: string): string {
  return (65536 + parseInt(group, 16)).toString(2).slice(1);
}
