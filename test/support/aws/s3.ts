/** Amazon S3: buckets and objects, addressed by path. */
import { DOMParser } from '@xmldom/xmldom';
import type { Account, Bucket } from './account.ts';
import { type Answer, type AwsRequest, refusal } from './request.ts';
import { xml } from './xml.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const METADATA = 'x-amz-meta-';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export function s3(request: AwsRequest, account: Account): Answer {
  const [, name = '', ...segments] = request.path.split('/');
  const bucket = bucketOf(name, request.region, account);
  const key = decodeURIComponent(segments.join('/'));
  const operation = `${request.method} ${key === '' ? 'bucket' : 'object'}`;
  if (operation === 'HEAD bucket') return { headers: { 'x-amz-bucket-region': bucket.region } };
  if (operation === 'GET bucket' && request.query.get('list-type') === '2') return list(name, bucket, request);
  if (operation === 'POST bucket' && request.query.has('delete')) return removeObjects(bucket, request);
  if (operation === 'PUT object') return put(bucket, key, request, account);
  if (operation === 'HEAD object' || operation === 'GET object') return get(bucket, key);
  throw refusal('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
}

function bucketOf(name: string, region: string, { buckets, othersBuckets }: Account): Bucket {
  if (othersBuckets.has(name)) throw refusal('AccessDenied', 'Access Denied', 403);
  const bucket = buckets.get(name);
  if (bucket === undefined) throw refusal('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (bucket.region !== region) {
    const message = `The authorization header is malformed; the region '${region}' is wrong; expecting '${bucket.region}'`;
    throw refusal('AuthorizationHeaderMalformed', message);
  }
  return bucket;
}

/** All in one page: the tests' buckets hold no thousand objects. */
function list(name: string, { objects }: Bucket, { query }: AwsRequest): Answer {
  const prefix = query.get('prefix') ?? '';
  const Contents = [...objects]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([Key, { body, modified }]) => ({ Key, LastModified: modified.toISOString(), Size: body.length }));
  const page = { Name: name, Prefix: prefix, KeyCount: Contents.length, MaxKeys: 1000, IsTruncated: false, Contents };
  return { body: xml({ [`ListBucketResult ${NAMESPACE}`]: page }) };
}

function put({ objects }: Bucket, key: string, { headers, body }: AwsRequest, account: Account): Answer {
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(METADATA))
    .map(([name, value]) => [name.slice(METADATA.length), value]);
  objects.set(key, {
    body,
    contentType: headers['content-type'] ?? 'application/octet-stream',
    metadata: Object.fromEntries(metadata),
    modified: account.now(),
  });
  return { headers: { etag: '"d41d8cd98f00b204e9800998ecf8427e"' } };
}

function get({ objects }: Bucket, key: string): Answer {
  const object = objects.get(key);
  if (object === undefined) throw refusal('NoSuchKey', 'The specified key does not exist.', 404);
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`${METADATA}${name}`, value]);
  const headers = {
    'content-type': object.contentType,
    'last-modified': object.modified.toUTCString(),
    ...Object.fromEntries(metadata),
  };
  return { headers, body: object.body };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
function removeObjects({ objects }: Bucket, { headers, body }: AwsRequest): Answer {
  if (!Object.keys(headers).some((name) => name === 'content-md5' || name.startsWith('x-amz-checksum-'))) {
    throw refusal('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const keys = [...new DOMParser().parseFromString(body.toString(), 'text/xml').getElementsByTagName('Key')];
  if (keys.length > 1000) throw refusal('MalformedXML', 'The XML you provided was not well-formed');
  const names = keys.map(({ textContent }) => textContent ?? '');
  for (const name of names) objects.delete(name);
  return { body: xml({ [`DeleteResult ${NAMESPACE}`]: { Deleted: names.map((Key) => ({ Key })) } }) };
}
