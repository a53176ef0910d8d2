/** AWS::CloudFront: distributions, and what they name. */
import { createHash } from 'node:crypto';
import type { Account } from '../account.ts';
import { storeService } from '../key-value-store.ts';
import { refusal } from '../request.ts';
import { trusts } from './iam-role.ts';
import { at, type Kind, living, type Properties, valuesOf } from './resource.ts';

const MAX_FUNCTION_BYTES = 10_240;

/** Policies that AWS manages have such ids; what is made here has none. */
const MANAGED = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\s\S])/;

/** Where a distribution names which type by its id. */
const NAMED_BY_DISTRIBUTIONS: Readonly<Record<string, string>> = {
  CachePolicyId: 'AWS::CloudFront::CachePolicy',
  OriginRequestPolicyId: 'AWS::CloudFront::OriginRequestPolicy',
  ResponseHeadersPolicyId: 'AWS::CloudFront::ResponseHeadersPolicy',
  OriginAccessControlId: 'AWS::CloudFront::OriginAccessControl',
  TrustedKeyGroups: 'AWS::CloudFront::KeyGroup',
  FunctionARN: 'AWS::CloudFront::Function',
};

const DISTRIBUTION: Kind = {
  isGlobal: true,
  identify: (name) => {
    const id = identifier(name);
    return { physicalId: id, attributes: { Id: id, DomainName: `${id.toLowerCase()}.cloudfront.net` } };
  },
  apply(_, { DistributionConfig }, { account }) {
    for (const [key, type] of Object.entries(NAMED_BY_DISTRIBUTIONS)) {
      for (const id of valuesOf(DistributionConfig, key).flat()) {
        if (living(account, type, id) === undefined && !MANAGED.test(String(id))) {
          throw refusal('InvalidRequest', `The specified ${key} ${id} does not exist.`);
        }
      }
    }
    const origins = [at(DistributionConfig, 'Origins'), at(DistributionConfig, 'OriginGroups.Items')].flat();
    const ids = origins.map((origin) => at(origin, 'Id'));
    const named = ['TargetOriginId', 'OriginId'].flatMap((key) => valuesOf(DistributionConfig, key));
    const unknown = named.find((id) => !ids.includes(id));
    if (unknown !== undefined) throw refusal('NoSuchOrigin', `One or more of your origins do not exist: ${unknown}`);
    for (const arn of valuesOf(DistributionConfig, 'LambdaFunctionARN')) replicate(String(arn), account);
  },
};

/** The function is at the edge from now on. */
function replicate(arn: string, account: Account): void {
  const version = living(account, 'AWS::Lambda::Version', arn);
  const found = account.functions.get(`us-east-1 ${version?.properties.FunctionName}`);
  if (version === undefined || found === undefined) {
    throw refusal(
      'InvalidLambdaFunctionAssociation',
      `The function ARN must reference a specific function version: ${arn}`,
    );
  }
  trusts(account, found.role, 'edgelambda.amazonaws.com');
  found.isReplicated = true;
}

const FUNCTION: Kind = {
  name: 'Name',
  isGlobal: true,
  identify: (name, { account }) => {
    const arn = `arn:aws:cloudfront::${account.id}:function/${name}`;
    return { physicalId: arn, attributes: { FunctionARN: arn, 'FunctionMetadata.FunctionARN': arn, Stage: 'LIVE' } };
  },
  apply(_, properties, { account }) {
    if (Buffer.byteLength(String(properties.FunctionCode)) > MAX_FUNCTION_BYTES) {
      throw refusal('FunctionSizeLimitExceeded', `The function size exceeds the limit of ${MAX_FUNCTION_BYTES} bytes.`);
    }
    if (properties.AutoPublish !== true) throw refusal('InvalidRequest', 'The function is not published.');
    for (const arn of valuesOf(properties.FunctionConfig, 'KeyValueStoreARN')) {
      if (living(account, 'AWS::CloudFront::KeyValueStore', arn) === undefined) {
        throw refusal('NotFound', `The key value store ${arn} was not found.`);
      }
    }
  },
};

const KEY_VALUE_STORE: Kind = {
  name: 'Name',
  isGlobal: true,
  identify: (name, { account }) => {
    const arn = storeArn(name, account);
    return { physicalId: name, attributes: { Arn: arn, Id: arn.replace(/.*\//, ''), Status: 'READY' } };
  },
  apply(name, _properties, { account }, before) {
    const arn = storeArn(name, account);
    if (before === undefined) account.stores.set(arn, storeService(arn));
  },
  remove: ({ attributes }, { account }) => {
    account.stores.delete(String(attributes.Arn));
  },
};

function storeArn(name: string, { id }: Account): string {
  return `arn:aws:cloudfront::${id}:key-value-store/${identifier(name).toLowerCase()}`;
}

export const CLOUDFRONT_KINDS: Readonly<Record<string, Kind>> = {
  'AWS::CloudFront::Distribution': DISTRIBUTION,
  'AWS::CloudFront::MonitoringSubscription': {
    identify: (name) => ({ physicalId: name }),
    apply(_name, { DistributionId }, { account }) {
      if (living(account, 'AWS::CloudFront::Distribution', DistributionId) === undefined) {
        throw refusal('NoSuchDistribution', 'The specified distribution does not exist.');
      }
    },
  },
  'AWS::CloudFront::Function': whileUnused(FUNCTION),
  'AWS::CloudFront::KeyValueStore': whileUnused(KEY_VALUE_STORE),
  'AWS::CloudFront::CachePolicy': whileUnused(policy('CachePolicyConfig.Name')),
  'AWS::CloudFront::OriginRequestPolicy': whileUnused(policy('OriginRequestPolicyConfig.Name')),
  'AWS::CloudFront::ResponseHeadersPolicy': whileUnused(policy('ResponseHeadersPolicyConfig.Name')),
  'AWS::CloudFront::OriginAccessControl': whileUnused(policy('OriginAccessControlConfig.Name')),
  'AWS::CloudFront::PublicKey': whileUnused(policy('PublicKeyConfig.Name')),
  'AWS::CloudFront::KeyGroup': whileUnused(policy('KeyGroupConfig.Name')),
};

/** Known by an id that says nothing. */
function policy(name: string): Kind {
  return {
    name,
    isGlobal: true,
    identify: (known) => ({ physicalId: identifier(known), attributes: { Id: identifier(known) } }),
  };
}

/** CloudFront deletes nothing that a distribution or a function names. */
function whileUnused(kind: Kind): Kind {
  return {
    ...kind,
    remove(resource, place) {
      const { attributes, physicalId } = resource;
      const { account } = place;
      const names = [attributes.Id, attributes.Arn, attributes.FunctionARN].filter((name) => name !== undefined);
      const user = [...account.resources].find(
        ({ type, properties }) =>
          type.startsWith('AWS::CloudFront::') && names.some((name) => mentions(properties, name)),
      );
      if (user !== undefined) throw refusal('InUse', `${physicalId} is in use by ${user.logicalId}.`);
      kind.remove?.(resource, place);
    },
  };
}

function mentions(properties: Properties, name: string): boolean {
  return JSON.stringify(properties).includes(JSON.stringify(name));
}

/** As long as CloudFront's are. */
function identifier(name: string): string {
  return `E${createHash('sha256').update(name).digest('hex').toUpperCase().slice(0, 13)}`;
}
