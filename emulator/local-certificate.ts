/** The certificate that the edge shows viewers, and the authority of this machine alone that signs it. */
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { pki as ForgePki } from 'node-forge';
import { writePrivateFile } from './private-file.ts';

export interface LocalCertificate {
  /** PEM, as are the others. */
  readonly key: string;
  readonly certificate: string;
  /** What viewers have to trust. */
  readonly authority: string;
  /** Where that is kept; null: nowhere. */
  readonly authorityFile: string | null;
}

interface Signed {
  readonly key: string;
  readonly certificate: string;
}

type Names = { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string };

const DAY_MS = 86_400_000;

/** Longer than this, browsers take none. */
const CERTIFICATE_DAYS = 397;
const AUTHORITY_DAYS = 3_650;

/** With fewer left it is made anew. */
const DAYS_LEFT = 30;

/**
 * A certificate for `localhost`, loopback and `names`. What the folder keeps is used again while it fits and
 * lasts: the authority has to be trusted only once. Only its owner can read what is written there.
 *
 * @param folder null: made anew, and kept nowhere
 * @param now by the clock of the machine, which viewers judge it by
 */
export async function localCertificate(
  names: readonly string[],
  folder: string | null,
  now = Date.now(),
): Promise<LocalCertificate> {
  const kept = (name: string): Signed | null => (folder === null ? null : readSigned(join(folder, name)));
  const keep = (name: string, { key, certificate }: Signed): void => {
    if (folder !== null) writePrivateFile(join(folder, name), `${certificate}${key}`);
  };
  // Loaded only where it is needed: it is large.
  const { default: forge } = await import('node-forge');

  const known = kept(AUTHORITY_KEY);
  const isOld = known === null || !lasts(known, now);
  const authority = isOld ? selfSigned(forge, now) : known;
  if (isOld) keep(AUTHORITY_KEY, authority);
  const authorityFile = folder === null ? null : join(folder, AUTHORITY);
  // Without the key, for those who are told to trust it.
  if (authorityFile !== null) writePrivateFile(authorityFile, authority.certificate);

  const found = kept(CERTIFICATE);
  const fits = found !== null && lasts(found, now) && bears(found, names, authority);
  const signed = found !== null && fits ? found : signedFor(forge, namesOf(names), authority, now);
  if (!fits) keep(CERTIFICATE, signed);
  return { ...signed, authority: authority.certificate, authorityFile };
}

const AUTHORITY = 'authority.pem';
const AUTHORITY_KEY = 'authority-key.pem';
const CERTIFICATE = 'certificate.pem';

function namesOf(names: readonly string[]): Names[] {
  return [
    ...['localhost', ...names].map((value) => ({ type: 2, value }) as const),
    ...['127.0.0.1', '::1'].map((ip) => ({ type: 7, ip }) as const),
  ];
}

/** Certificate and key of one file; null where it has none, or they do not belong together. */
function readSigned(file: string): Signed | null {
  try {
    const text = readFileSync(file, 'utf8');
    const [certificate = '', key = ''] = text.split(/(?=-----BEGIN (?:RSA )?PRIVATE KEY-----)/);
    new X509Certificate(certificate);
    return { certificate, key };
  } catch {
    return null;
  }
}

function lasts({ certificate }: Signed, now: number): boolean {
  return Date.parse(new X509Certificate(certificate).validTo) - now > DAYS_LEFT * DAY_MS;
}

function bears({ certificate }: Signed, names: readonly string[], authority: Signed): boolean {
  const read = new X509Certificate(certificate);
  const borne = (read.subjectAltName ?? '').split(', ');
  const isSigned = read.verify(new X509Certificate(authority.certificate).publicKey);
  return isSigned && names.every((name) => borne.includes(`DNS:${name}`));
}

type Forge = { readonly pki: typeof ForgePki; readonly md: typeof import('node-forge').md };

function selfSigned(forge: Forge, now: number): Signed {
  const subject = [{ name: 'commonName', value: `Edgekeeper on this machine, ${new Date(now).toISOString()}` }];
  const made = certificateFor(forge, subject, now, AUTHORITY_DAYS);
  made.certificate.setIssuer(subject);
  made.certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return sign(forge, made, made.key);
}

function signedFor(forge: Forge, altNames: readonly Names[], authority: Signed, now: number): Signed {
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const made = certificateFor(forge, [{ name: 'commonName', value: 'localhost' }], now, CERTIFICATE_DAYS);
  made.certificate.setIssuer(issuer.subject.attributes);
  made.certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  return sign(forge, made, authority.key);
}

interface Unsigned {
  readonly certificate: ForgePki.Certificate;
  readonly key: string;
}

/** With a key of its own, made by Node.js. */
function certificateFor(forge: Forge, subject: ForgePki.CertificateField[], now: number, days: number): Unsigned {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // The leading byte keeps it positive.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now - DAY_MS);
  certificate.validity.notAfter = new Date(now + (days - 1) * DAY_MS);
  certificate.setSubject(subject);
  return { certificate, key: privateKey };
}

function sign(forge: Forge, { certificate, key }: Unsigned, signingKey: string): Signed {
  certificate.sign(forge.pki.privateKeyFromPem(signingKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key };
}
