/** What the names of events tell, and the ARNs of functions. */

export const isViewerEvent = (event: string): boolean => event.startsWith('viewer-');

/** `cloudfront`: a CloudFront Function; `lambda`: Lambda@Edge. */
export type FunctionKind = 'cloudfront' | 'lambda';

export function kindOf(arn: string): FunctionKind | undefined {
  if (/^arn:[\w-]+:cloudfront::\d{12}:function\/[\w-]+$/.test(arn)) return 'cloudfront';
  return /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(arn) ? 'lambda' : undefined;
}

/** The function, whatever its version. */
export function functionOf(arn: string): string {
  return kindOf(arn) === 'lambda' ? arn.split(':').slice(0, 7).join(':') : arn;
}

export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
