/** What distributions name: functions, tags and policies. */

import type { Answer } from '../endpoint.ts';
import type { ReceivedText } from '../received.ts';
import { type Account, arnOf, domainOf, elementOf, etagOf, isInUse } from './account.ts';
import { document, malformed, missing, precondition, refused, TIME } from './answers.ts';
import { ACCOUNT } from './configuration.ts';
import { escaped, itemsOf, parsed, textAt } from './xml.ts';

export function describeFunction({ functions }: Account, { query }: ReceivedText, name = ''): Answer {
  const arn = `arn:aws:cloudfront::${ACCOUNT}:function/${name}`;
  const found = functions.get(arn);
  const stage = query.get('Stage') ?? 'DEVELOPMENT';
  if (found === undefined || (stage === 'LIVE' && !found.isPublished)) return missing('FunctionExists');
  const { stores = [] } = found;
  const items = stores.map(
    (store) => `<KeyValueStoreAssociation><KeyValueStoreARN>${store}</KeyValueStoreARN></KeyValueStoreAssociation>`,
  );
  const associations = stores.length === 0 ? '' : `<Items>${items.join('')}</Items>`;
  return document(
    'FunctionSummary',
    `<Name>${name}</Name><Status>UNASSOCIATED</Status><FunctionConfig><Comment></Comment><Runtime>cloudfront-js-2.0</Runtime><KeyValueStoreAssociations><Quantity>${stores.length}</Quantity>${associations}</KeyValueStoreAssociations></FunctionConfig><FunctionMetadata><FunctionARN>${arn}</FunctionARN><Stage>${stage}</Stage><CreatedTime>${TIME}</CreatedTime><LastModifiedTime>${TIME}</LastModifiedTime></FunctionMetadata>`,
    'F1',
  );
}

export function listTags(account: Account, { query }: ReceivedText): Answer {
  const stored = [...account.distributions.values()].find((one) => arnOf(one) === query.get('Resource'));
  if (stored === undefined) return missing('Resource');
  const tags = Object.entries(stored.tags).map(
    ([key, value]) => `<Tag><Key>${escaped(key)}</Key><Value>${escaped(value)}</Value></Tag>`,
  );
  return document('Tags', `<Items>${tags.join('')}</Items>`);
}

export function policy(policies: Account['originRequestPolicies'], name: string, id = '', status = 200): Answer {
  const found = policies.get(id);
  if (found === undefined) return missing(name);
  const content = `<Id>${id}</Id><LastModifiedTime>${TIME}</LastModifiedTime>${elementOf(found.xml)}`;
  return document(name, content, etagOf(found), status);
}

export function createOriginRequestPolicy(account: Account, { body }: ReceivedText): Answer {
  const wrong = malformed(body, 'OriginRequestPolicyConfig');
  if (wrong !== undefined) return wrong;
  const name = textAt(parsed(body), 'Name');
  const isTaken = [...account.originRequestPolicies.values()].some(({ xml }) => textAt(parsed(xml), 'Name') === name);
  if (isTaken) return refused(409, 'OriginRequestPolicyAlreadyExists', 'The name is taken.');
  if (itemsOf(parsed(body), 'HeadersConfig', 'Headers').length > 10)
    return refused(400, 'TooManyHeadersInOriginRequestPolicy', 'More than 10.');
  const id = `policy-${++account.made}`;
  account.originRequestPolicies.set(id, { xml: body, version: 1 });
  return policy(account.originRequestPolicies, 'OriginRequestPolicy', id, 201);
}

export function listOriginRequestPolicies({ originRequestPolicies }: Account, { query }: ReceivedText): Answer {
  // One a page, so that whoever does not turn pages finds out.
  const all = [...originRequestPolicies];
  const start = all.findIndex(([id]) => id === query.get('Marker')) + 1;
  const items = all
    .slice(start, start + 1)
    .map(
      ([id, { xml }]) =>
        `<OriginRequestPolicySummary><Type>custom</Type><OriginRequestPolicy><Id>${id}</Id><LastModifiedTime>${TIME}</LastModifiedTime>${elementOf(xml)}</OriginRequestPolicy></OriginRequestPolicySummary>`,
    );
  const next = start + 1 < all.length ? `<NextMarker>${all[start]?.[0]}</NextMarker>` : '';
  return document(
    'OriginRequestPolicyList',
    `${next}<MaxItems>1</MaxItems><Quantity>${items.length}</Quantity><Items>${items.join('')}</Items>`,
  );
}

export function createContinuousDeploymentPolicy(account: Account, { body }: ReceivedText): Answer {
  const wrong = malformed(body, 'ContinuousDeploymentPolicyConfig');
  if (wrong !== undefined) return wrong;
  const config = parsed(body);
  const header = textAt(config, 'TrafficConfig', 'SingleHeaderConfig', 'Header');
  const weight = Number(textAt(config, 'TrafficConfig', 'SingleWeightConfig', 'Weight') || '0.01');
  if (header !== '' && !header.startsWith('aws-cf-cd-'))
    return refused(400, 'InvalidArgument', 'The header begins otherwise.');
  if (!(weight > 0 && weight <= 0.15)) return refused(400, 'InvalidArgument', 'The weight is at most 0.15.');
  const names = itemsOf(config, 'StagingDistributionDnsNames').map(({ textContent }) => textContent);
  const isKnown = names.every((name) => [...account.distributions.values()].some((one) => domainOf(one) === name));
  if (!isKnown || names.length !== 1) return refused(400, 'InvalidArgument', 'No such staging distribution.');
  const id = `continuous-${++account.made}`;
  account.continuousDeploymentPolicies.set(id, { xml: body, version: 1 });
  return policy(account.continuousDeploymentPolicies, 'ContinuousDeploymentPolicy', id, 201);
}

export function deleteContinuousDeploymentPolicy(account: Account, asked: ReceivedText, id = ''): Answer {
  const found = account.continuousDeploymentPolicies.get(id);
  if (found === undefined) return missing('ContinuousDeploymentPolicy');
  const wrong = precondition(asked, etagOf(found));
  if (wrong !== undefined) return wrong;
  if (isInUse(account, id)) return refused(409, 'ContinuousDeploymentPolicyInUse', 'A distribution uses it.');
  account.continuousDeploymentPolicies.delete(id);
  return { status: 204, body: '' };
}
