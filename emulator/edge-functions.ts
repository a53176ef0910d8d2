/** The functions of a template, of both kinds. */
import { unexpected } from '../config/errors.ts';
import { CLOUDFRONT_FUNCTION_QUOTA_BYTES } from '../config/quotas.ts';
import type { CloudFrontFunction, LambdaFunction } from './distribution.ts';
import { mapValues } from './map-values.ts';
import type { Properties } from './properties.ts';
import type { Resources } from './resources.ts';

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for code that is too long. */
export function cloudFrontFunctionOf(resource: Properties): CloudFrontFunction {
  const config = resource.object('FunctionConfig');
  const code = resource.text('FunctionCode');
  const bytes = Buffer.byteLength(code);
  if (bytes > CLOUDFRONT_FUNCTION_QUOTA_BYTES) {
    throw unexpected(
      'ERR_TEMPLATE_INVALID',
      `${resource.where}.FunctionCode`,
      `at most ${CLOUDFRONT_FUNCTION_QUOTA_BYTES} bytes`,
      bytes,
    );
  }
  return {
    name: resource.text('Name'),
    runtime: config.oneOf('Runtime', ['cloudfront-js-1.0', 'cloudfront-js-2.0']),
    code,
    hasStore: config.objects('KeyValueStoreAssociations').length > 0,
  };
}

/** What Lambda takes where nothing says otherwise. */
const DEFAULT_MEMORY_MEGABYTES = 128;
const DEFAULT_TIMEOUT_SECONDS = 3;

/** Each version, by its logical id. */
export function lambdaFunctionsOf(resources: Resources): Map<string, LambdaFunction> {
  const functions = resources('AWS::Lambda::Function');
  return mapValues(resources('AWS::Lambda::Version'), (version) => {
    const id = version.text('FunctionName').split('.', 1)[0] as string;
    const resource = functions.get(id);
    if (resource === undefined)
      throw unexpected('ERR_TEMPLATE_INVALID', `${version.where}.FunctionName`, 'an AWS::Lambda::Function', id);
    return {
      functionId: id,
      name: resource.optionalText('FunctionName') ?? id,
      version: '1',
      runtime: resource.optionalText('Runtime'),
      handler: resource.text('Handler'),
      code: resource.optionalObject('Code')?.optionalText('ZipFile') ?? null,
      memoryMegabytes: resource.number('MemorySize', DEFAULT_MEMORY_MEGABYTES),
      timeoutSeconds: resource.number('Timeout', DEFAULT_TIMEOUT_SECONDS),
    };
  });
}

/** A function of which a template says nothing. */
export function lambdaFunctionNamed(name: string, version: string): LambdaFunction {
  return {
    functionId: null,
    name,
    version,
    runtime: null,
    handler: 'index.handler',
    code: null,
    memoryMegabytes: DEFAULT_MEMORY_MEGABYTES,
    timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
  };
}
