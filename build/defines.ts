import type { EdgeConfig, ProtectedSection, UsedFeatures } from '../shared/config.ts';

export type Runtime = ProtectedSection['runtime'];

/**
 * The settings as esbuild replaces them: one `define` per section, so that a bundle carries only the
 * sections that it reads, and of `protected` only what its runtime checks.
 *
 * For a section that is an object or a list esbuild makes a variable and puts it above the imports,
 * where CloudFront Functions do not take it: `script.ts` puts the imports first again.
 */
export function defines(config: EdgeConfig, runtime: Runtime): Record<string, string> {
  const { objectives: _, associate: __, ...read } = config;
  const sections = Object.entries({
    ...read,
    ...(runtime === 'cloudfront-function' && {
      failover: { statusCodes: config.failover.statusCodes },
      regions: config.regions.map(({ region, originId }) => ({ region, originId })),
    }),
    protected: config.protected.map((section) => seenBy(runtime, section)),
  });
  return Object.fromEntries([
    ...sections.map(([name, value]) => [`EDGE_CONFIG.${name}`, JSON.stringify(value)]),
    ...Object.entries(usedFeatures(config, runtime)).map(([name, value]) => [`USES.${name}`, JSON.stringify(value)]),
  ]);
}

function usedFeatures(config: EdgeConfig, runtime: Runtime): UsedFeatures {
  const own = config.protected.filter((section) => section.runtime === runtime);
  return {
    pathTokens: own.some(({ carriers }) => carriers.includes('path')),
    revocationEntries: own.some(({ revocation }) => revocation),
    crossOrigin: own.some(({ cors }) => cors !== null),
    signInPage: own.some(({ signIn }) => signIn !== null),
    signatures: own.some(({ carriers }) => carriers.includes('cloudfront')),
    refreshedKeys: own.some(({ jwks }) => jwks?.refresh === 'runtime'),
  };
}

/** A section of the other runtime is there by its path, and lets nobody in: no carrier of it is looked at. */
function seenBy(runtime: Runtime, section: ProtectedSection): object {
  const { path, carriers, name, algorithms, issuer, audience, leewaySeconds, revocation, geo, cors, signIn } = section;
  if (section.runtime !== runtime) return { path, carriers: [], name };
  const common = {
    path,
    carriers,
    name,
    issuer,
    audience,
    leewaySeconds,
    ...(cors && { cors }),
    ...(signIn && { signIn }),
  };
  if (runtime === 'lambda-edge') return { ...common, algorithms };
  return { ...common, ...(geo && { geo }), ...(revocation && { revocation }) };
}
