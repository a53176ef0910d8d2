/** A form is read before the origin sees it: refused without an address of e-mail, and passed on with it in one spelling. */
import type { CloudFrontRequest, CloudFrontRequestEvent, CloudFrontRequestResult } from 'aws-lambda';

const FORM = 'application/x-www-form-urlencoded';

export async function handler(event: CloudFrontRequestEvent): Promise<CloudFrontRequestResult> {
  const request = event.Records[0]?.cf.request as CloudFrontRequest;
  if (request.method !== 'POST') return request;
  if (request.headers['content-type']?.[0]?.value !== FORM) return refused('415', `expected ${FORM}`);
  const { body } = request;
  if (body === undefined || body.inputTruncated) return refused('413', 'expected a form of at most 40 KB');
  const form = new URLSearchParams(Buffer.from(body.data, 'base64').toString());
  const email = form.get('email')?.trim().toLowerCase() ?? '';
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) return refused('422', 'email: expected an address');
  form.set('email', email);
  return { ...request, body: { ...body, action: 'replace', encoding: 'text', data: form.toString() } };
}

function refused(status: string, body: string): CloudFrontRequestResult {
  return { status, headers: { 'content-type': [{ value: 'text/plain' }] }, body };
}
