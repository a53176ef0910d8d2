/** `own`: as the template has them; `cloudfront`: as CloudFront has them where nothing is said. */
export type OriginSettings = 'own' | 'cloudfront';

/**
 * The template with CloudFront's default origin settings: three attempts to connect of 10 seconds each, and 30 seconds
 * of silence.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
 */
export function withDefaultOriginSettings(template: unknown): unknown {
  return JSON.parse(JSON.stringify(template), (name, value) => (SETTINGS.includes(name) ? undefined : value));
}

const SETTINGS = ['ConnectionAttempts', 'ConnectionTimeout', 'OriginReadTimeout'];
