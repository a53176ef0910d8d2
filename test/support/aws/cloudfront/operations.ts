/** The operations of CloudFront's API that the commands use. */

import type { Answer } from '../endpoint.ts';
import type { ReceivedText } from '../received.ts';
import {
  type Account,
  arnOf,
  change,
  domainOf,
  elementOf,
  etagOf,
  isEnabled,
  type Stored,
  statusOf,
} from './account.ts';
import { document, malformed, missing, precondition, refused, TIME } from './answers.ts';
import {
  createContinuousDeploymentPolicy,
  createOriginRequestPolicy,
  deleteContinuousDeploymentPolicy,
  describeFunction,
  listOriginRequestPolicies,
  listTags,
  policy,
} from './policies.ts';
import { refusalOf } from './rules.ts';
import { escaped, parsed, textAt } from './xml.ts';

/** Pattern of method and path, to what answers; the groups of the pattern are the ids. */
export const OPERATIONS: readonly [RegExp, (account: Account, asked: ReceivedText, ...ids: string[]) => Answer][] = [
  [/^GET \/distribution$/, listDistributions],
  [/^GET \/distribution\/(\w+)$/, (account, _, id) => withDistribution(account, id, (one) => whole(one, true))],
  [
    /^GET \/distribution\/(\w+)\/config$/,
    (account, _, id) =>
      withDistribution(account, id, (one) => ({ status: 200, body: one.xml, headers: { etag: etagOf(one) } })),
  ],
  [/^PUT \/distribution\/(\w+)\/config$/, updateDistribution],
  [/^POST \/distribution\/(\w+)\/copy$/, copyDistribution],
  [/^PUT \/distribution\/(\w+)\/promote-staging-config$/, promote],
  [/^DELETE \/distribution\/(\w+)$/, deleteDistribution],
  [/^GET \/function\/([\w-]+)\/describe$/, describeFunction],
  [/^GET \/tagging$/, listTags],
  [/^GET \/cache-policy\/([\w-]+)$/, (account, _, id) => policy(account.cachePolicies, 'CachePolicy', id)],
  [
    /^GET \/origin-request-policy\/([\w-]+)$/,
    (account, _, id) => policy(account.originRequestPolicies, 'OriginRequestPolicy', id),
  ],
  [/^POST \/origin-request-policy$/, createOriginRequestPolicy],
  [/^GET \/origin-request-policy$/, listOriginRequestPolicies],
  [
    /^GET \/continuous-deployment-policy\/([\w-]+)$/,
    (account, _, id) => policy(account.continuousDeploymentPolicies, 'ContinuousDeploymentPolicy', id),
  ],
  [/^POST \/continuous-deployment-policy$/, createContinuousDeploymentPolicy],
  [/^DELETE \/continuous-deployment-policy\/([\w-]+)$/, deleteContinuousDeploymentPolicy],
];

function withDistribution(account: Account, id = '', then: (stored: Stored) => Answer): Answer {
  const stored = account.distributions.get(id);
  return stored === undefined ? missing('Distribution') : then(stored);
}

function whole(stored: Stored, isRead = false, status = 200): Answer {
  const content = `<Id>${stored.id}</Id><ARN>${arnOf(stored)}</ARN><Status>${statusOf(stored, isRead)}</Status><LastModifiedTime>${TIME}</LastModifiedTime><InProgressInvalidationBatches>0</InProgressInvalidationBatches><DomainName>${domainOf(stored)}</DomainName><ActiveTrustedSigners><Enabled>false</Enabled><Quantity>0</Quantity></ActiveTrustedSigners>${elementOf(stored.xml)}`;
  return document('Distribution', content, etagOf(stored), status);
}

function updateDistribution(account: Account, asked: ReceivedText, id = ''): Answer {
  return withDistribution(account, id, (stored) => {
    const wrong =
      malformed(asked.body, 'DistributionConfig', account.futureElements) ?? precondition(asked, etagOf(stored));
    if (wrong !== undefined) return wrong;
    const refusal = refusalOf(parsed(asked.body), parsed(stored.xml), account);
    if (refusal !== undefined) return refused(refusal.status, refusal.code, refusal.message);
    change(account, stored, asked.body);
    return whole(stored);
  });
}

function listDistributions({ distributions }: Account, { query }: ReceivedText): Answer {
  // One a page, so that whoever does not turn pages finds out.
  const all = [...distributions.values()];
  const start = all.findIndex(({ id }) => id === query.get('Marker')) + 1;
  const shown = all.slice(start, start + 1);
  const isMore = start + 1 < all.length;
  const items = shown.map(
    (one) =>
      `<DistributionSummary><Id>${one.id}</Id><ARN>${arnOf(one)}</ARN><ETag>${etagOf(one)}</ETag><Status>${statusOf(one)}</Status><DomainName>${domainOf(one)}</DomainName><Staging>${textAt(parsed(one.xml), 'Staging')}</Staging></DistributionSummary>`,
  );
  const next = isMore ? `<NextMarker>${shown[0]?.id}</NextMarker>` : '';
  return document(
    'DistributionList',
    `<Marker>${query.get('Marker') ?? ''}</Marker>${next}<MaxItems>1</MaxItems><IsTruncated>${isMore}</IsTruncated><Quantity>${shown.length}</Quantity><Items>${items.join('')}</Items>`,
  );
}

function copyDistribution(account: Account, asked: ReceivedText, id = ''): Answer {
  return withDistribution(account, id, (stored) => {
    const wrong = precondition(asked, etagOf(stored));
    if (wrong !== undefined) return wrong;
    if (asked.headers.staging !== 'true')
      return refused(400, 'InvalidArgument', 'Only staging distributions are copied to.');
    const request = parsed(asked.body);
    const reference = textAt(request, 'CallerReference');
    const xml = stored.xml
      .replace(/<CallerReference>.*?<\/CallerReference>/, `<CallerReference>${escaped(reference)}</CallerReference>`)
      .replace(/<Aliases>.*?<\/Aliases>/, '<Aliases><Quantity>0</Quantity></Aliases>')
      .replace('<Staging>false</Staging>', '<Staging>true</Staging>')
      .replace(/(<Enabled>)\w+(<\/Enabled><ViewerCertificate>)/, `$1${textAt(request, 'Enabled') || 'false'}$2`);
    account.made++;
    const copy: Stored = {
      id: `ESTAGING${account.made}`,
      xml,
      version: 1,
      readsInProgress: account.readsInProgress,
      tags: {},
    };
    account.distributions.set(copy.id, copy);
    return whole(copy, false, 201);
  });
}

function promote(account: Account, asked: ReceivedText, id = ''): Answer {
  return withDistribution(account, id, (primary) =>
    withDistribution(account, asked.query.get('StagingDistributionId') ?? '', (staging) => {
      const wrong = precondition(asked, `${etagOf(primary)}, ${etagOf(staging)}`);
      if (wrong !== undefined) return wrong;
      const kept = ['CallerReference', 'Aliases', 'Staging', 'ContinuousDeploymentPolicyId'];
      const xml = kept.reduce((text, name) => {
        const element = new RegExp(`<${name}>.*?</${name}>`);
        return text.replace(element, () => element.exec(primary.xml)?.[0] ?? '');
      }, staging.xml);
      change(account, primary, xml);
      return whole(primary);
    }),
  );
}

function deleteDistribution(account: Account, asked: ReceivedText, id = ''): Answer {
  return withDistribution(account, id, (stored) => {
    const wrong = precondition(asked, etagOf(stored));
    if (wrong !== undefined) return wrong;
    if (isEnabled(stored)) return refused(409, 'DistributionNotDisabled', 'The distribution is not disabled.');
    if (statusOf(stored) !== 'Deployed') return refused(409, 'DistributionNotDisabled', 'It is still in progress.');
    account.distributions.delete(id);
    return { status: 204, body: '' };
  });
}
