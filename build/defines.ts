import type { EdgeConfig } from '../shared/config.ts';

/**
 * The settings as esbuild replaces them: one `define` per section, so that a bundle carries only the
 * sections that it reads.
 *
 * For a section that is an object or a list esbuild makes a variable and puts it above the imports,
 * where CloudFront Functions do not take it: `script.ts` puts the imports first again.
 */
export function defines(config: EdgeConfig): Record<string, string> {
  const sections = Object.entries(config);
  return Object.fromEntries(sections.map(([name, value]) => [`EDGE_CONFIG.${name}`, JSON.stringify(value)]));
}
