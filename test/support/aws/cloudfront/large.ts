/** As large as a distribution gets without raised quotas, with every field that the API has, and some that it will have. */
import {
  behavior,
  bucketOrigin,
  configurationXml,
  functionArn,
  lambdaArn,
  originGroup,
  serverOrigin,
} from './configuration.ts';
import { SHAPES, type Shape } from './schema.ts';

const FUTURE = { Depth: { Value: 'a & <b>', Empty: '' } };

/** Names of elements that no SDK of today knows. */
export const FUTURE_ELEMENTS = ['FutureSetting', 'FutureField', 'Depth', 'Value', 'Empty'];

/** A value for every member. */
export function sampleOf(shape: Shape): unknown {
  if (shape.kind === 'list') return [sampleOf(shape.of)];
  if (shape.kind === 'number') return 1;
  if (shape.kind === 'flag') return false;
  if (shape.kind !== 'structure') return 'a &amp; "b"';
  return Object.fromEntries(shape.members.map(({ name, shape: of }) => [name, sampleOf(of())]));
}

function membersOf(...path: readonly string[]): Record<string, unknown> {
  let shape: Shape = SHAPES.DistributionConfig;
  for (const name of path) {
    if (shape.kind === 'structure') {
      shape = shape.members.find((member) => member.name === name)?.shape() as Shape;
      while (shape.kind === 'list') shape = shape.of;
    }
  }
  return sampleOf(shape) as Record<string, unknown>;
}

const origin = membersOf('Origins', 'Items');
const cacheBehavior = membersOf('CacheBehaviors', 'Items');

function originAt(index: number): object {
  const kind = ['S3OriginConfig', 'CustomOriginConfig', 'VpcOriginConfig'][index % 3] as string;
  const base = index % 3 === 0 ? bucketOrigin(`o${index}`) : serverOrigin(`o${index}`);
  const { S3OriginConfig: _, CustomOriginConfig: __, VpcOriginConfig: ___, ...others } = origin;
  return {
    ...others,
    ...base,
    S3OriginConfig: undefined,
    CustomOriginConfig: undefined,
    [kind]: origin[kind],
    CustomHeaders: [{ HeaderName: 'x-proof', HeaderValue: 'a & "b"' }],
    OriginShield: { Enabled: true, OriginShieldRegion: 'us-east-1' },
    FutureField: FUTURE,
  };
}

function behaviorAt(index: number): object {
  const {
    ForwardedValues,
    CachePolicyId: _,
    OriginRequestPolicyId: __,
    FunctionAssociations: ___,
    ...others
  } = cacheBehavior;
  const older = { CachePolicyId: undefined, ForwardedValues };
  const { DefaultTTL: ____, MinTTL: _____, MaxTTL: ______, ...newer } = others;
  return {
    ...(index % 2 === 0 ? newer : others),
    ...behavior(`/${index}/*`, { TargetOriginId: `o${index}`, lambdas: { 'viewer-response': lambdaArn('theirs') } }),
    ...(index % 2 === 0 ? { OriginRequestPolicyId: 'theirs' } : older),
    FutureField: FUTURE,
  };
}

export function largeConfigurationXml(): string {
  return configurationXml({
    ...membersOf(),
    CallerReference: 'large',
    HttpVersion: 'http2and3',
    Staging: false,
    ContinuousDeploymentPolicyId: '',
    Origins: Array.from({ length: 100 }, (_, index) => originAt(index)),
    OriginGroups: Array.from({ length: 10 }, (_, index) =>
      originGroup(`g${index}`, [`o${index}`, `o${index + 1}`], { SelectionCriteria: 'default' }),
    ),
    DefaultCacheBehavior: behavior('default', {
      TargetOriginId: 'o0',
      functions: { 'viewer-request': functionArn('theirs') },
    }),
    CacheBehaviors: Array.from({ length: 75 }, (_, index) => behaviorAt(index)),
    FutureSetting: FUTURE,
  });
}

/** Names of all members of the API's configuration. */
export function memberNames(shape: Shape = SHAPES.DistributionConfig): string[] {
  if (shape.kind === 'list') return memberNames(shape.of);
  if (shape.kind !== 'structure') return [];
  return [...new Set(shape.members.flatMap(({ name, shape: of }) => [name, ...memberNames(of())]))];
}
