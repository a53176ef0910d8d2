/** What functions that route need of a distribution: an origin for each region, each telling who it is, and a group. */
import type { Element } from '@xmldom/xmldom';
import { WRITE_METHODS } from '../../config/write-methods.ts';
import type { EdgeConfig, Region } from '../../shared/config.ts';
import { ORIGIN_HEADER } from '../../shared/failover/provenance.ts';
import { child, items, text } from '../aws/config-xml.ts';
import { type Behavior, groupsOf, originsBehind, originsOf } from './behaviors.ts';
import { type Change, changeTo } from './change.ts';
import { accountOf } from './events.ts';
import { type AssociationFinding, lack, refusal, warning } from './finding.ts';
import type { Facts, Wanted } from './wanted.ts';

/** The group that takes a request when the function leaves the origin alone. */
const GROUP = 'edgekeeper-regions';

export interface Addition {
  readonly changes: readonly Change[];
  readonly findings: readonly AssociationFinding[];
}

const NOTHING: Addition = { changes: [], findings: [] };

export const only = (...findings: AssociationFinding[]): Addition => ({ changes: [], findings });

/** An origin for the bucket of a region, where the distribution has none of that id. */
export function originAddition(
  config: Element,
  region: Region,
  bucket: string,
  wanted: Wanted,
  facts: Facts,
): Addition {
  const there = originsOf(config).get(region.originId);
  if (there !== undefined) return mtlsAddition(there, region);
  const where = `origin ${region.originId}`;
  if (!wanted.withOrigins) {
    return only(
      lack('origin-missing', `${where}: expected one for ${region.region}, as the function names it, got none`),
    );
  }
  const accessControl = accessControlOf(config);
  if (accessControl === '') {
    const expected = 'an S3 origin with an origin access control that the new one can share';
    return only(refusal('origin-access-control', `${where}: expected ${expected}, got none`));
  }
  const name = `${bucket}-${accountOf(facts.distributionArn)}`;
  const allows = `a policy that lets ${facts.distributionArn} read`;
  return {
    changes: changeTo(config, { kind: 'origin', id: region.originId }, originXml(region, name, accessControl)),
    findings: [warning('bucket-policy', `bucket ${name}: expected ${allows}, got one that was not looked at`)],
  };
}

/** Whether a function may choose an origin with mutual TLS, CloudFront's own pages say both. */
function mtlsAddition(origin: Element, { originId }: Region): Addition {
  if (child(origin, 'CustomOriginConfig', 'OriginMtlsConfig') === undefined) return NOTHING;
  const expected = 'one without mutual TLS, or --events without viewer-request, so that no function chooses it';
  return only(refusal('mtls-origin', `origin ${originId}: expected ${expected}, got one with it`));
}

function accessControlOf(config: Element): string {
  const ids = [...originsOf(config).values()]
    .filter((origin) => child(origin, 'S3OriginConfig') !== undefined)
    .map((origin) => text(origin, 'OriginAccessControlId'));
  return ids.find((id) => id !== '') ?? '';
}

/** With one attempt and short timeouts: the other region is the better second attempt. */
function originXml({ region, originId, prefix = '' }: Region, bucket: string, accessControl: string): string {
  return `<Origin><Id>${originId}</Id><DomainName>${bucket}.s3.${region}.amazonaws.com</DomainName><OriginPath>${prefix}</OriginPath><CustomHeaders><Quantity>1</Quantity><Items>${headerXml(region)}</Items></CustomHeaders><S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity><OriginReadTimeout>5</OriginReadTimeout></S3OriginConfig><ConnectionAttempts>1</ConnectionAttempts><ConnectionTimeout>2</ConnectionTimeout><OriginShield><Enabled>false</Enabled></OriginShield><OriginAccessControlId>${accessControl}</OriginAccessControlId></Origin>`;
}

const headerXml = (region: string): string =>
  `<OriginCustomHeader><HeaderName>${ORIGIN_HEADER}</HeaderName><HeaderValue>${region}</HeaderValue></OriginCustomHeader>`;

/** The origin response tells regions apart by this header, or by the domain of a bucket. */
export function headerAddition(config: Element, { region, originId }: Region, { withOrigins }: Wanted): Addition {
  const origin = originsOf(config).get(originId);
  if (origin === undefined || text(origin, 'DomainName').includes(`.s3.${region}.amazonaws.com`)) return NOTHING;
  const header = items(child(origin, 'CustomHeaders')).find(
    (one) => text(one, 'HeaderName').toLowerCase() === ORIGIN_HEADER,
  );
  if (text(header, 'HeaderValue') === region) return NOTHING;
  if (!withOrigins) {
    const expected = `a custom header ${ORIGIN_HEADER} that says ${region}`;
    return only(lack('origin-header', `origin ${originId}: expected ${expected}, got none`));
  }
  const place = { kind: 'origin-header', origin: originId, name: ORIGIN_HEADER } as const;
  return { changes: changeTo(config, place, headerXml(region)), findings: [] };
}

/** A group of two regions behind a behavior that now has one of them alone. */
export function groupAddition(config: Element, { name, target, element }: Behavior, wanted: Wanted): Addition {
  const regions = wanted.config?.regions ?? [];
  if (groupsOf(config).has(target)) return NOTHING;
  const primary = regions.find(({ originId }) => originId === target);
  const secondary = regions.find(({ originId }) => originId !== target);
  const got = `${name}: expected an origin group for what the function leaves alone, got ${target}`;
  if (primary === undefined || secondary === undefined || !wanted.withOrigins)
    return only(warning('origin-group', got));
  const methods = items(child(element, 'AllowedMethods')).map(({ textContent }) => textContent ?? '');
  const writes = methods.filter((method) => WRITE_METHODS.includes(method));
  if (writes.length > 0) {
    const expected = 'GET, HEAD and OPTIONS alone, as an origin group needs';
    return only(refusal('origin-group-methods', `${name}: expected ${expected}, got ${writes.join(', ')}`));
  }
  const members = [primary.originId, secondary.originId];
  const group = [...groupsOf(config).keys()].find((id) => originsBehind(config, id).join() === members.join());
  const id = group ?? `${GROUP}-${primary.originId}`;
  const added = group === undefined ? groupXml(id, members, wanted.config as Pick<EdgeConfig, 'failover'>) : null;
  return {
    changes: [
      ...(added === null ? [] : changeTo(config, { kind: 'origin-group', id }, added)),
      ...changeTo(config, { kind: 'target-origin', behavior: name }, id),
    ],
    findings: [],
  };
}

function groupXml(id: string, members: readonly string[], { failover }: Pick<EdgeConfig, 'failover'>): string {
  const { statusCodes } = failover;
  const codes = statusCodes.map((code) => `<StatusCode>${code}</StatusCode>`).join('');
  const origins = members.map((member) => `<OriginGroupMember><OriginId>${member}</OriginId></OriginGroupMember>`);
  return `<OriginGroup><Id>${id}</Id><FailoverCriteria><StatusCodes><Quantity>${statusCodes.length}</Quantity><Items>${codes}</Items></StatusCodes></FailoverCriteria><Members><Quantity>2</Quantity><Items>${origins.join('')}</Items></Members><SelectionCriteria>default</SelectionCriteria></OriginGroup>`;
}
