/** Files of somebody else's functions, in a folder of their own, and a template that refers to them by ARN. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TemplateInit, template } from './template.ts';

export interface FunctionFiles {
  readonly folder: string;
  /** The path of a file, which is written with the folders that it is in. */
  write(name: string, text: string): Promise<string>;
  close(): Promise<void>;
}

export async function functionFiles(): Promise<FunctionFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-files-'));
  return {
    folder,
    async write(name, text) {
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
    close: () => rm(folder, { recursive: true }),
  };
}

export const LAMBDA = 'arn:aws:lambda:us-east-1:111122223333:function:auth:7';
export const SCRIPT = 'arn:aws:cloudfront::111122223333:function/auth';

/** One function of Lambda@Edge. */
export function withLambda(EventType = 'viewer-request', LambdaFunctionARN = LAMBDA, init: TemplateInit = {}) {
  const LambdaFunctionAssociations = [{ EventType, LambdaFunctionARN }];
  return template({ ...init, behavior: { ...init.behavior, LambdaFunctionAssociations } });
}

/** One CloudFront Function. */
export function withScript(EventType = 'viewer-request', FunctionARN = SCRIPT) {
  return template({ behavior: { FunctionAssociations: [{ EventType, FunctionARN }] } });
}

/** One function of Lambda@Edge that the template has, with these properties. */
export function withLambdaOf(properties: object) {
  const made = withLambda('viewer-request', 'AuthVersion');
  const Resources = {
    ...made.Resources,
    Auth: { Type: 'AWS::Lambda::Function', Properties: properties },
    AuthVersion: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Auth' } } },
  };
  return { ...made, Resources };
}
