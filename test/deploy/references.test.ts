import { expect, test } from 'vitest';
import { referencesIn } from '../../deploy/references.ts';

test.each([
  ['a reference', { Ref: 'Bucket' }, ['Bucket']],
  ['an attribute', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, ['Bucket']],
  ['an attribute in one text', { 'Fn::GetAtt': 'Function.Metadata.Arn' }, ['Function']],
  ['a text', { 'Fn::Sub': `\${Bucket}/\${Role.Arn}` }, ['Bucket', 'Role']],
  ['a text with a literal', { 'Fn::Sub': `\${!Bucket}/\${Role}` }, ['Role']],
  ['a pseudo parameter', { 'Fn::Sub': `\${AWS::AccountId}` }, ['AWS::AccountId']],
  ['a text with values', { 'Fn::Sub': [`\${name}/\${Role}`, { name: { Ref: 'Bucket' } }] }, ['Role', 'Bucket']],
  ['what is nested', { List: [{ Deep: { Ref: 'A' } }, 1, null, { Ref: 'B' }] }, ['A', 'B']],
  ['nothing', { Name: `\${Bucket}` }, []],
])('in %s', (_, node, expected) => {
  expect(referencesIn(node)).toEqual(expected);
});
