/**
 * Compression on the way into the cache.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */
import { pipeline, Readable } from 'node:stream';
import { createBrotliCompress, createGzip } from 'node:zlib';
import { isCachingDisabled } from './cache-time.ts';
import type { CacheBehavior } from './distribution.ts';
import type { EdgeAnswer, EdgeRequest } from './exchange.ts';
import { type HeaderLines, headerOf, withHeader, withoutHeaders } from './headers.ts';
import { acceptedEncodings } from './stages/05-cache-lookup.ts';

/** Bytes that an object has at least and at most. */
const MIN_BYTES = 1_000;
const MAX_BYTES = 10_000_000;

const STATUSES = [200, 403, 404];

const CONTENT_TYPES = new Set(
  `application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json
  application/opentype application/otf application/pdf application/pkcs7-mime application/protobuf application/rss+xml
  application/truetype application/ttf application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile
  application/vnd.ms-fontobject application/wasm application/xhtml+xml application/xml application/x-font-opentype
  application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript
  application/x-mpegurl application/x-opentype application/x-otf application/x-perl application/x-ttf font/eot
  font/opentype font/otf font/ttf image/svg+xml text/css text/csv text/html text/javascript text/js text/plain
  text/richtext text/tab-separated-values text/xml text/x-component text/x-java-source text/x-script
  vnd.apple.mpegurl`.split(/\s+/),
);

/** The answer with its body compressed, where CloudFront would do so; Brotli before gzip. */
export function compressed(answer: EdgeAnswer, request: EdgeRequest, behavior: CacheBehavior): EdgeAnswer {
  const { body, headers } = answer;
  const [encoding] = acceptedEncodings(request, behavior.cachePolicy).split(',');
  if (!behavior.compress || !encoding || body === null || request.method !== 'GET') return answer;
  if (isCachingDisabled(behavior.cachePolicy) || !isCompressible(answer)) return answer;
  const compressor = encoding === 'br' ? createBrotliCompress() : createGzip();
  pipeline(Buffer.isBuffer(body) ? Readable.from([body]) : body, compressor, () => {});
  return { ...answer, headers: describing(headers, encoding), body: compressor };
}

function isCompressible({ status, headers, isFetched }: EdgeAnswer): boolean {
  const bytes = Number(headerOf(headers, 'content-length'));
  const [type = ''] = (headerOf(headers, 'content-type') ?? '').split(';');
  return (
    isFetched &&
    STATUSES.includes(status) &&
    headerOf(headers, 'content-encoding') === undefined &&
    CONTENT_TYPES.has(type.trim().toLowerCase()) &&
    bytes >= MIN_BYTES &&
    bytes <= MAX_BYTES
  );
}

/** A strong ETag becomes weak; one that is none goes. */
function describing(headers: HeaderLines, encoding: string): HeaderLines {
  const etag = headerOf(headers, 'etag');
  const vary = headerOf(headers, 'vary');
  const lines: HeaderLines = [...withoutHeaders(headers, ['content-length', 'etag']), ['content-encoding', encoding]];
  if (etag !== undefined && /^(?:W\/)?"[^"]*"$/.test(etag)) {
    lines.push(['etag', etag.startsWith('W/') ? etag : `W/${etag}`]);
  }
  const varies = /(?:^|,)\s*(?:\*|accept-encoding)\s*(?:,|$)/i.test(vary ?? '');
  return varies
    ? lines
    : withHeader(lines, 'vary', vary === undefined ? 'Accept-Encoding' : `${vary}, Accept-Encoding`);
}
