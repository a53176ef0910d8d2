/** IP addresses and CIDR ranges, in the plain JavaScript that every runtime has. */
import { isText } from '../is-text.ts';

/** A range of addresses. */
export interface SourceIp {
  /** The bits that all addresses of the range begin with, as a text of `0` and `1`. */
  readonly prefix: string;
  /** 32 bits for IPv4, 128 for IPv6. */
  readonly bits: number;
}

/** `(?![\s\S])` is the end: in the CloudFront engine `$` would let a line break pass. */
const IPV6_GROUP = /^[0-9A-Fa-f]{1,4}(?![\s\S])/;

/** An address, or a range such as `203.0.113.0/24` or `2001:db8::/32`; undefined when it is neither. */
export function readSourceIp(text: unknown): SourceIp | undefined {
  const parts = isText(text) ? text.split('/') : [''];
  const bits = bitsOf(parts[0] as string);
  const size = parts.length === 1 ? String(bits.length) : parts[1];
  const length = Number(size) >>> 0;
  const isRange = bits !== '' && parts.length <= 2 && String(length) === size && length <= bits.length;
  return isRange ? { prefix: bits.slice(0, length), bits: bits.length } : undefined;
}

/** Whether the viewer's address lies in the range. IPv4 is never inside an IPv6 range, nor the reverse. */
export function isInSourceIp(range: SourceIp, viewerIp: string): boolean {
  const bits = bitsOf(viewerIp);
  return bits.length === range.bits && bits.indexOf(range.prefix) === 0;
}

/** The bits of an address as a text; empty for what is not one. IPv6 with an IPv4 ending is not read. */
function bitsOf(address: string): string {
  const isIpv4 = !address.includes(':');
  const halves = address.split('::').map((half) => bitsIn(half, isIpv4));
  const length = halves.join('').length;
  if (halves.length === 1) return length === (isIpv4 ? 32 : 128) ? (halves[0] as string) : '';
  return halves.length === 2 && length < 128 ? halves.join('0'.repeat(128 - length)) : '';
}

/** The bits of bytes or groups; for what has neither, more than any address has. */
function bitsIn(text: string, isIpv4: boolean): string {
  const parts = text === '' ? [] : text.split(isIpv4 ? '.' : ':');
  const isWhole = parts.every((part) => (isIpv4 ? String(Number(part) & 255) === part : IPV6_GROUP.test(part)));
  const one = isIpv4 ? 256 : 65536;
  const bits = parts.map((part) => (one + parseInt(part, isIpv4 ? 10 : 16)).toString(2).slice(1)).join('');
  return isWhole ? bits : '0'.repeat(129);
}
