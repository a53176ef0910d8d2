/** The inspector: the page of the control API, which asks that API alone. Its sources are in `emulator/inspector/`. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { failure, type Reply } from './route.ts';

export const INSPECTOR_PATH = '/inspector';

export interface Inspector {
  /** Null: what is asked for is none of its files. */
  reply(request: IncomingMessage): Promise<Reply | null>;
}

/** Scripts and styles of its own, answers of its own API, and nothing else from anywhere; in no other page's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css' } as const;

type FileName = 'index.html' | 'app.js' | 'app.css';

/** Where its files are when it has been built before: in the compiled package. */
const BUILT = new URL('../inspector/', import.meta.url);

/** Built when it is asked for the first time, unless it has been; again where that failed. */
export function inspectorPage(): Inspector {
  let building: Promise<Readonly<Record<FileName, string>>> | null = null;
  return {
    async reply({ method, url = '' }) {
      const path = url.split('?', 1)[0] ?? '';
      if (path !== INSPECTOR_PATH && !path.startsWith(`${INSPECTOR_PATH}/`)) return null;
      const name = fileNamed(path.slice(INSPECTOR_PATH.length + 1));
      if (name === null) return failure(404, `path: expected ${INSPECTOR_PATH}, got another below it`);
      if (method !== 'GET') return failure(405, `method: expected GET, got ${method}`);
      building ??= pageFiles();
      try {
        return fileReply(name, (await building)[name]);
      } catch (error) {
        building = null;
        throw error;
      }
    },
  };
}

function fileNamed(rest: string): FileName | null {
  if (rest === '') return 'index.html';
  return rest === 'app.js' || rest === 'app.css' ? rest : null;
}

function fileReply(name: FileName, body: string): Reply {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1) as keyof typeof TYPES];
  return { status: 200, body, headers: { ...HEADERS, 'content-type': `${type}; charset=utf-8` } };
}

async function pageFiles(): Promise<Readonly<Record<FileName, string>>> {
  const { script, style } = isBuilt()
    ? await builtPage()
    : await (await import('../../build/inspector.ts')).inspectorBundle();
  return { 'index.html': PAGE, 'app.js': script, 'app.css': style };
}

function isBuilt(): boolean {
  try {
    readFileSync(new URL('app.js', BUILT));
    return true;
  } catch {
    return false;
  }
}

async function builtPage() {
  const [script, style] = await Promise.all(
    ['app.js', 'app.css'].map((name) => readFile(new URL(name, BUILT), 'utf8')),
  );
  return { script: script ?? '', style: style ?? '' };
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Edgekeeper inspector</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${INSPECTOR_PATH}/app.css">
<script type="module" src="${INSPECTOR_PATH}/app.js"></script>
<body></body>
</html>`;
