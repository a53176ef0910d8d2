/** Shown to viewers here, and never by CloudFront: why a request was refused. */
export const REASON_HEADER = 'x-edgekeeper-reason';
