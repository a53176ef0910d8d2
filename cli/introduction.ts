/** What the command says of an edge that is ready, and what to try. */
import { relative } from 'node:path';
import type { Edge } from '../emulator/edge.ts';
import { sectionOf } from '../shared/access/section.ts';
import type { EdgeConfig, ProtectedSection } from '../shared/config.ts';
import { type SigningKey, signHs256 } from '../signing/hs256.ts';

/** How long the printed token is good for, in seconds. */
const TOKEN_SECONDS = 3600;

/** Of a distribution made elsewhere, of whose content nothing is known. */
export function foreignIntroduction(edge: Edge, root: string): string {
  const { control, distribution, buckets } = edge;
  const { url, curl, secure } = wayIn(edge, root);
  const folders = [...buckets.values()].map(
    ({ name, folder }) => `Origin ${name} is the folder ${shownPath(root, folder)}`,
  );
  const [origin] = buckets.keys();
  const lines = [
    `The distribution ${distribution.domainName} is at ${url}, its control API at ${control}.`,
    ...inspectorOf(edge),
    ...secure,
    ...folders,
    ...noticesOf(edge),
    '',
    'Ask it:',
    `  ${curl} -i ${url}/`,
    ...(origin === undefined
      ? []
      : [
          'Break an origin:',
          `  curl -X PUT ${control}/origins/${encodeURIComponent(origin)}/fault -d '{"kind":"refuse"}'`,
        ]),
    '',
    'Ctrl-C ends it.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** With TLS where it is spoken, and then with the authority that curl has to trust. */
function wayIn({ url, https }: Edge, root: string) {
  if (https === null) return { url, curl: 'curl', secure: [] };
  const file = https.authorityFile === null ? '' : shownPath(root, https.authorityFile);
  const secure = [
    `Without TLS it is at ${url}.`,
    `Browsers take its certificate when they trust the authority ${file}, which is for this machine alone.`,
  ];
  return { url: https.url, curl: `curl --cacert ${file}`, secure };
}

function inspectorOf({ unmaskingInspector: address }: Edge): string[] {
  return address === null ? [] : [`Watch requests cross it: ${address}`];
}

function noticesOf({ notices }: Edge): string[] {
  if (notices.length === 0) return [];
  // What is said of several properties is said once.
  const places = new Map<string, string[]>();
  for (const notice of notices) {
    const end = notice.indexOf(': ');
    const effect = notice.slice(end + 2);
    places.set(effect, [...(places.get(effect) ?? []), notice.slice(0, end)]);
  }
  const lines = [...places].map(([effect, where]) => `  ${shortList(where)}: ${effect}`);
  return ['Of what the distribution asks for, this has no effect here, or another:', ...lines];
}

function shortList([first = '', ...others]: readonly string[]): string {
  return others.length < 2 ? [first, ...others].join(', ') : `${first} and ${others.length} others`;
}

function shownPath(root: string, folder: string): string {
  return relative(root, folder) || '.';
}

/** Of this project's own service: how to get in, and how to break a region. */
export async function introduction(edge: Edge, config: EdgeConfig, keys: readonly SigningKey[], root: string) {
  const { control, distribution, buckets } = edge;
  const { url, curl, secure } = wayIn(edge, root);
  const primary = config.regions[0];
  const secondary = config.regions[1];
  const bucket = [...buckets.values()][0];
  const lines = [
    `The edge of ${distribution.domainName} is at ${url}, its control API at ${control}.`,
    ...inspectorOf(edge),
    ...secure,
    ...(bucket === undefined ? [] : [`The bucket of ${bucket.name} is the folder ${relative(root, bucket.folder)}`]),
    ...noticesOf(edge),
    '',
  ];
  const section = sectionOf(config.protected, '/private/catalogue.json');
  const key = keys[0];
  const isProtected = section !== undefined && key !== undefined;
  const privately = (path: string): string => (isProtected ? shown(`${url}/private${path}`, section) : `${url}${path}`);
  if (isProtected) {
    lines.push(
      'Without a token, 401:',
      `  ${curl} -i ${url}/private/catalogue.json`,
      'With one signed just now, good for an hour, 200 from the nearest region:',
      `  token=${await signedToken(section, key)}`,
      `  ${curl} -i ${privately('/catalogue.json')}`,
    );
  }
  for (const { path, jwks } of config.protected) {
    if (jwks?.file == null || (config.sectionKeys[path]?.jwks.length ?? 0) > 0) continue;
    lines.push(`No token opens ${path} until ${jwks.file} holds a public key.`);
  }
  lines.push(
    `Break ${primary?.region}, then ask for what is not cached yet:`,
    `  curl -X PUT ${control}/origins/${primary?.originId}/fault -d '{"kind":"refuse"}'`,
    `  ${curl} -sS -D - -o /dev/null ${privately('/photo.jpg')}`,
    'The headers then say who answered, and that it was a failover:',
    `  X-Origin-Region: ${secondary?.region}`,
    '  X-Origin-Role: secondary',
    `  Proxy-Status: edgekeeper;next-hop="${secondary?.region}";details="not ${primary?.region}; ..."`,
    'Repair it:',
    `  curl -X DELETE ${control}/origins/${primary?.originId}/fault`,
    '',
    'Ctrl-C ends it.',
    '',
  );
  return `${lines.join('\n')}\n`;
}

/** A URL with the token in the first place of those that the section looks at, a cookie where it may. */
function shown(url: string, { carriers, name }: ProtectedSection): string {
  if (carriers.includes('cookie')) return `-b "${name}=$token" ${url}`;
  return carriers.includes('header') ? `-H "Authorization: Bearer $token" ${url}` : `"${url}?${name}=$token"`;
}

/** For the private half of the sample. */
function signedToken({ issuer, audience }: ProtectedSection, key: SigningKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    exp: now + TOKEN_SECONDS,
    res: '/private/*',
    ...(issuer !== null && { iss: issuer }),
    ...(audience !== null && { aud: audience }),
  };
  return signHs256(claims, key, now);
}
