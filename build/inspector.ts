/** Builds the emulator's inspector: one script and one style sheet for a browser. */

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ENTRY = fileURLToPath(new URL('../emulator/inspector/main.tsx', import.meta.url));

export interface InspectorBundle {
  readonly script: string;
  readonly style: string;
}

/** For the browsers of the last years, with nothing to be fetched from elsewhere. */
export async function inspectorBundle(): Promise<InspectorBundle> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    outdir: 'inspector',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const textOf = (extension: string): string => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}
