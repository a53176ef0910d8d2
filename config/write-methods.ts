/** With these a behavior takes writes, and may have no origin group then. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
export const WRITE_METHODS: readonly string[] = ['PUT', 'POST', 'PATCH', 'DELETE'];
