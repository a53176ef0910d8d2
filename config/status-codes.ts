/** Statuses that CloudFront takes for what it does itself with an answer. */

/** For these an origin group may ask its second member. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
export const FAILOVER_STATUS_CODES: readonly number[] = [400, 403, 404, 416, 429, 500, 502, 503, 504];

/** In place of these it may show a page. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/creating-custom-error-pages.html */
export const ERROR_PAGE_STATUS_CODES: readonly number[] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** Such a page is shown with one of these. */
export const SHOWN_STATUS_CODES: readonly number[] = [200, ...ERROR_PAGE_STATUS_CODES];
