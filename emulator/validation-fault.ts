/** Why CloudFront answers 502 instead of taking what a function returned. */
export class ValidationFault extends Error {
  override readonly name = 'ValidationFault';
}
