/** Amazon ECR: the account has no repositories; Serverless asks when it removes a service. */
import { type Answer, type AwsRequest, refusal } from './request.ts';

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html */
export function ecr({ headers, body }: AwsRequest): Answer {
  const target = headers['x-amz-target'];
  if (target !== 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories') {
    throw refusal('UnknownOperationException', `unknown operation: ${target}`);
  }
  const { repositoryNames } = JSON.parse(body.toString()) as { repositoryNames: string[] };
  throw refusal('RepositoryNotFoundException', `The repository with name '${repositoryNames[0]}' does not exist`);
}
