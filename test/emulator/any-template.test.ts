/** Templates made elsewhere: their intrinsic functions, parameters, and several distributions in one. */
import { describe, expect, test } from 'vitest';
import { readTemplate, type TemplateChoice } from '../../emulator/template.ts';
import { printed } from '../support/aws-cli.ts';
import { template } from '../support/template.ts';

/** The domain name of the one origin, written as `value`; `more` is beside the template's resources. */
function domainName(value: unknown, more: object = {}, choice: TemplateChoice = {}) {
  const origin = { Id: 'site', DomainName: value, CustomOriginConfig: {} };
  const built = template({
    behavior: { TargetOriginId: 'site' },
    distribution: { Origins: [origin], OriginGroups: undefined },
  });
  return readTemplate({ ...built, ...more }, choice).distribution.origins.get('site')?.domainName;
}

const PARAMETERS = {
  Parameters: {
    Name: { Type: 'String', Default: 'www' },
    Number: { Type: 'Number', Default: 2 },
    Names: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Subnets: { Type: 'List<AWS::EC2::Subnet::Id>', Default: 'c,d' },
    Missing: { Type: 'String' },
    Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/films/name' },
  },
  Mappings: { Sites: { 'us-east-1': { name: 'virginia', names: ['x', 'y'] } } },
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'Name' }, 'www'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }] },
  },
};

const split = (text: unknown) => ({ 'Fn::Select': [2, { 'Fn::Split': ['/', text] }] });

describe('intrinsic functions', () => {
  test.each<{ value: unknown; yields: string }>([
    { value: { Ref: 'Name' }, yields: 'www' },
    { value: { Ref: 'AWS::Region' }, yields: 'us-east-1' },
    { value: { 'Fn::Sub': `\${Name}.\${AWS::URLSuffix}` }, yields: 'www.amazonaws.com' },
    { value: { 'Fn::Sub': [`\${a}-\${!b}-\${Site.Arn}`, { a: { Ref: 'Number' } }] }, yields: `2-\${b}-Site.Arn` },
    { value: { 'Fn::Join': ['.', ['a', { Ref: 'Name' }, { Ref: 'AWS::NoValue' }]] }, yields: 'a.www' },
    { value: { 'Fn::Join': ['', { Ref: 'Names' }] }, yields: 'ab' },
    { value: { 'Fn::Join': ['+', { Ref: 'Subnets' }] }, yields: 'c+d' },
    { value: { 'Fn::Select': ['1', { Ref: 'Names' }] }, yields: 'b' },
    { value: { 'Fn::Select': [{ Ref: 'Number' }, ['a', 'b', { Ref: 'Name' }]] }, yields: 'www' },
    { value: { 'Fn::If': ['Both', { 'Fn::GetAtt': ['Site', 'DNSName'] }, 'no'] }, yields: 'Site.DNSName' },
    { value: { 'Fn::If': ['No', { Ref: 'Missing' }, 'other'] }, yields: 'other' },
    { value: { 'Fn::Base64': { Ref: 'Name' } }, yields: 'd3d3' },
    { value: { 'Fn::FindInMap': ['Sites', { Ref: 'AWS::Region' }, 'name'] }, yields: 'virginia' },
    { value: { 'Fn::Select': [1, { 'Fn::FindInMap': ['Sites', 'us-east-1', 'names'] }] }, yields: 'y' },
    { value: { 'Fn::FindInMap': ['Sites', 'x', 'y', { DefaultValue: { Ref: 'Name' } }] }, yields: 'www' },
    { value: { 'Fn::GetAtt': 'Site.DNSName' }, yields: 'Site.DNSName' },
    { value: split({ 'Fn::GetAtt': ['Url', 'FunctionUrl'] }), yields: 'Url.FunctionUrl' },
    { value: split({ 'Fn::Sub': `\${Site.WebsiteURL}` }), yields: 'Site.WebsiteURL' },
  ])('$value: $yields', ({ value, yields }) => {
    expect(domainName(value, PARAMETERS)).toBe(yields);
  });

  const at = 'Distribution.DistributionConfig.Origins[0].DomainName';

  test.each<{ value: unknown; message: string }>([
    {
      value: { Ref: 'Missing' },
      message: `${at}: expected a value for parameter Missing: --parameter Missing=<value>, got nothing`,
    },
    {
      value: { 'Fn::Sub': `a.\${Stored}` },
      message: `${at}.Fn::Sub: expected a value for parameter Stored: --parameter Stored=<value>, got nothing`,
    },
    {
      value: { 'Fn::ImportValue': { 'Fn::Sub': `\${Name}-domain` } },
      message: `${at}: expected the value of an export of another stack: --parameter www-domain=<value>, got {"Fn::ImportValue":"www-domain"}`,
    },
    { value: { 'Fn::Select': [2, ['a', 'b']] }, message: `${at}.Fn::Select: expected the index of an item, got 2` },
    {
      value: { 'Fn::FindInMap': ['Sites', 'eu-west-1', 'name'] },
      message: `${at}.Fn::FindInMap: expected keys of a map in Mappings, got "Sites.eu-west-1.name"`,
    },
    {
      value: { 'Fn::FindInMap': ['Sites', 'constructor', 'name'] },
      message: `${at}.Fn::FindInMap: expected keys of a map in Mappings, got "Sites.constructor.name"`,
    },
    {
      value: { 'Fn::Cidr': ['a', 1] },
      message: `${at}: expected Ref, Base64, FindInMap, GetAtt, If, ImportValue, Join, Select, Split, Sub, got "Fn::Cidr"`,
    },
    { value: { Ref: 'toString' }, message: `${at}: expected the name of a parameter or resource, got "toString"` },
    { value: { 'Fn::If': ['x', 'a', 'b'] }, message: 'Conditions.x: expected a condition, got nothing' },
  ])('$value is refused', ({ value, message }) => {
    expect(() => domainName(value, PARAMETERS)).toThrow(
      expect.objectContaining({ code: 'ERR_TEMPLATE_INVALID', message }),
    );
  });

  test('what cannot be resolved is no error where nothing depends on it, and is named', () => {
    const certificate = { AcmCertificateArn: { 'Fn::ImportValue': 'certificate' } };
    const built = template({
      distribution: {
        ViewerCertificate: certificate,
        WebACLId: { 'Fn::ImportValue': 'acl' },
        Aliases: [{ 'Fn::ImportValue': 'name' }],
        Logging: { 'Fn::If': ['Logs', { Bucket: 'x' }, { Ref: 'AWS::NoValue' }] },
        Something: { 'Fn::ImportValue': 'x' },
      },
    });
    const other = { Type: 'AWS::CloudFront::CachePolicy', Properties: { 'Fn::Transform': 'x' } };
    const { notices } = readTemplate({
      ...built,
      Conditions: { Logs: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { ...built.Resources, Other: other },
    });
    expect(notices).toEqual([
      'Distribution.DistributionConfig.Something: not emulated',
      'Distribution.DistributionConfig.Aliases: what they are is not known here',
      'Distribution.DistributionConfig.ViewerCertificate: with --https viewers see a certificate of this machine, without it none',
      'Distribution.DistributionConfig.WebACLId: no web ACL sees requests, what it would block is served',
    ]);
  });

  test('a dynamic reference stays as it is written, and is named', () => {
    const value = '{{resolve:ssm:/films/domain}}';
    const origin = { Id: 'site', DomainName: value, CustomOriginConfig: {} };
    const { distribution, notices } = readTemplate(
      template({
        behavior: { TargetOriginId: 'site' },
        distribution: { Origins: [origin], OriginGroups: undefined },
      }),
    );
    expect(distribution.origins.get('site')?.domainName).toBe(value);
    expect(notices).toEqual([
      'Distribution.DistributionConfig.Origins[0].DomainName: a dynamic reference is not looked up, its text is what counts',
    ]);
  });
});

describe('parameters', () => {
  test.each<{ value: unknown; parameters: Record<string, string>; yields: string }>([
    { value: { Ref: 'Name' }, parameters: { Name: 'given' }, yields: 'given' },
    { value: { Ref: 'Missing' }, parameters: { Missing: 'given' }, yields: 'given' },
    { value: { Ref: 'Stored' }, parameters: { Stored: 'given' }, yields: 'given' },
    { value: { 'Fn::Select': [1, { Ref: 'Names' }] }, parameters: { Names: 'x,y' }, yields: 'y' },
    { value: { Ref: 'AWS::Region' }, parameters: { 'AWS::Region': 'eu-west-1' }, yields: 'eu-west-1' },
    { value: { 'Fn::ImportValue': 'other:domain' }, parameters: { 'other:domain': 'given' }, yields: 'given' },
    { value: { 'Fn::If': ['Yes', 'a', 'b'] }, parameters: { Name: 'given' }, yields: 'b' },
  ])('$parameters: $value is $yields', ({ value, parameters, yields }) => {
    expect(domainName(value, PARAMETERS, { parameters })).toBe(yields);
  });

  test.each([
    { more: PARAMETERS, expected: 'one of Name, Number, Names, Subnets, Missing, Stored' },
    { more: {}, expected: 'none, the template has no parameters' },
  ])('one that the template does not have is refused: $expected', ({ more, expected }) => {
    expect(() => domainName('a', more, { parameters: { Nme: 'x' } })).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: `parameter: expected ${expected}, got "Nme"` }),
    );
  });
});

describe('several distributions', () => {
  const one = template();
  const other = template({ distribution: { DefaultRootObject: 'other.html' } }).Resources.Distribution;
  const both = { ...one, Resources: { ...one.Resources, Other: other } };

  test('need a choice', () => {
    expect(() => readTemplate(both)).toThrow(
      'Resources: expected one AWS::CloudFront::Distribution, or --distribution <logical id> to choose, got ["Distribution","Other"]',
    );
    expect(readTemplate(both, { distribution: 'Other' }).distribution.defaultRootObject).toBe('other.html');
  });

  test('of which one is not created need none', () => {
    const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
    const Resources = { ...one.Resources, Other: { ...other, Condition: 'Never' } };
    expect(readTemplate({ Conditions, Resources }).distribution.defaultRootObject).toBe('');
    expect(() => readTemplate({ Conditions, Resources }, { distribution: 'Other' })).toThrow(
      'distribution: expected one of Distribution, got "Other"',
    );
  });

  test('that are not meant are not read', () => {
    const broken = { ...other, Properties: { DistributionConfig: { Origins: 'x' } } };
    const policy = { Type: 'AWS::CloudFront::CachePolicy', Properties: { CachePolicyConfig: { New: 'x' } } };
    const long = { Type: 'AWS::CloudFront::Function', Properties: { FunctionCode: 'x'.repeat(20_000) } };
    const version = { Type: 'AWS::Lambda::Version', Properties: { FunctionName: 'arn' } };
    const Resources = { ...one.Resources, Broken: broken, Policy: policy, Long: long, Version: version };
    const { distribution, notices } = readTemplate({ Resources }, { distribution: 'Distribution' });
    expect(notices).toEqual([]);
    expect(distribution.cloudFrontFunctions.size + distribution.lambdaFunctions.size).toBe(0);
  });
});

test('what `aws cloudformation get-template` prints is a template as well', () => {
  const printedTemplate = { TemplateBody: template(), StagesAvailable: ['Original', 'Processed'] };
  expect(readTemplate(printedTemplate)).toEqual(readTemplate(template()));
});

test('a policy in no template may be told beside it', () => {
  const CachePolicyId = '11111111-2222-3333-4444-555555555555';
  const resources = [printed('get-cache-policy')];
  const { distribution } = readTemplate(template({ behavior: { CachePolicyId } }), { resources });
  expect(distribution.behaviors[0]?.cachePolicy).toMatchObject({ minTtl: 1, defaultTtl: 60, maxTtl: 600 });
});

test('of functions that run, what has no effect is named', () => {
  const built = template({ code: 'function handler(event) { return event.request; }', handler: 'a.handler' });
  const resources = built.Resources as Record<string, { Properties: Record<string, unknown> }>;
  Object.assign(resources.OriginResponse?.Properties ?? {}, { Runtime: 'nodejs24.x', Role: 'x', Layers: ['x'] });
  Object.assign(resources.ViewerRequest?.Properties ?? {}, { AutoPublish: true, New: 'x' });
  expect(readTemplate(built).notices).toEqual([
    'ViewerRequest.New: not emulated',
    'OriginResponse.Layers: not emulated',
    'OriginResponse.Runtime: the Node.js of this machine runs it',
  ]);
});
