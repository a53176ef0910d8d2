/** What each command asks of AWS: the policy that the documentation prints, and what an error tells to grant. */

/** The action by which AWS's policies name a call, and the resource that it is granted on. */
export const ACTIONS = {
  'cloudformation:DescribeStacks': 'arn:aws:cloudformation:us-east-1:<account>:stack/<service>-<stage>/*',
  'cloudfront:CopyDistribution': 'arn:aws:cloudfront::<account>:distribution/*',
  'cloudfront:CreateContinuousDeploymentPolicy': '*',
  'cloudfront:CreateOriginRequestPolicy': '*',
  'cloudfront:DeleteContinuousDeploymentPolicy': 'arn:aws:cloudfront::<account>:continuous-deployment-policy/*',
  'cloudfront:DeleteDistribution': 'arn:aws:cloudfront::<account>:distribution/*',
  'cloudfront:DescribeFunction': 'arn:aws:cloudfront::<account>:function/<function>',
  'cloudfront:GetContinuousDeploymentPolicy': 'arn:aws:cloudfront::<account>:continuous-deployment-policy/*',
  'cloudfront:GetDistribution': 'arn:aws:cloudfront::<account>:distribution/<distribution>',
  'cloudfront:GetOriginRequestPolicy': 'arn:aws:cloudfront::<account>:origin-request-policy/*',
  'cloudfront:ListDistributions': '*',
  'cloudfront:ListOriginRequestPolicies': '*',
  'cloudfront:ListTagsForResource': 'arn:aws:cloudfront::<account>:distribution/<distribution>',
  'cloudfront:UpdateDistribution': 'arn:aws:cloudfront::<account>:distribution/<distribution>',
  'cloudfront-keyvaluestore:DescribeKeyValueStore': 'arn:aws:cloudfront::<account>:key-value-store/<store id>',
  'cloudfront-keyvaluestore:GetKey': 'arn:aws:cloudfront::<account>:key-value-store/<store id>',
  'cloudfront-keyvaluestore:ListKeys': 'arn:aws:cloudfront::<account>:key-value-store/<store id>',
  'cloudfront-keyvaluestore:UpdateKeys': 'arn:aws:cloudfront::<account>:key-value-store/<store id>',
} as const;

export type AwsAction = keyof typeof ACTIONS;
