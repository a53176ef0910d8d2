/**
 * Quotas of CloudFront that more than one part of the project holds something against.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */

/** Code of a CloudFront Function. AWS does not raise it. */
export const CLOUDFRONT_FUNCTION_QUOTA_BYTES = 10_240;

/** Zip file of a Lambda@Edge function, at any event. */
export const LAMBDA_EDGE_ZIP_QUOTA_BYTES = 52_428_800;
