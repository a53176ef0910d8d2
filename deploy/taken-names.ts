/** What to do about names that are taken, when a deployment fails for them. */

/** For whoever deploys; undefined: the failure is another one. */
export function adviceOnTakenNames(message: string): string | undefined {
  if (!message.includes('already exists')) return undefined;
  return [
    'What exists already was left by this stage when it was removed or when its first deployment failed, unless somebody else has it.',
    'Lambda@Edge functions can be deleted some hours after their distribution, and have to be before the next deployment:',
    '  aws lambda delete-function --region us-east-1 --function-name <name>',
    'Buckets that are all there are taken over; one that a failed deployment left is empty, and has to be deleted:',
    '  npx serverless deploy --param buckets=existing',
    '  aws s3api delete-bucket --bucket <name> --region <region>',
  ].join('\n');
}
