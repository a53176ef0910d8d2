/** What viewers are told of an update that failed: a page of the emulator's own, which CloudFront does not have. */
import { readFileSync } from 'node:fs';
import type { EdgeError } from '../config/errors.ts';
import { ERROR, escaped } from './error-page.ts';
import type { EdgeRequest, ViewerAnswer } from './exchange.ts';
import { type HeaderLine, type HeaderLines, headerOf } from './headers.ts';
import { maskedText } from './masked-request.ts';

export interface UpdateFailure {
  readonly error: EdgeError;
  /** On each answer of the deployment that goes on serving. */
  readonly header: HeaderLine;
  /** For a browser's navigation; null for any other request. */
  pageFor(request: EdgeRequest): ViewerAnswer | null;
}

const LINES_AROUND = 2;

/** Of other files, such as keys, no line is shown. */
const SOURCE = /^(.+\.[cm]?[jt]s):(\d+):(\d+): /;

/** The sources are read now: they may be another text by the time that the page is asked for. */
export function updateFailure(error: EdgeError): UpdateFailure {
  const header: HeaderLine = ['x-edgekeeper-update-failed', error.code];
  const body = Buffer.from(page(error));
  const headers: HeaderLines = [
    ['content-type', 'text/html; charset=utf-8'],
    ['cache-control', 'no-store'],
    ['content-security-policy', "default-src 'none'; style-src 'unsafe-inline'"],
    ['x-content-type-options', 'nosniff'],
    header,
  ];
  return {
    error,
    header,
    pageFor: (request) =>
      headerOf(request.headers, 'sec-fetch-mode') === 'navigate' ? { status: 500, headers, body, xCache: ERROR } : null,
  };
}

function page({ code, message }: EdgeError): string {
  const problems = message.split('\n').map((line) => `<p>${escaped(maskedText(line))}</p>${excerptOf(line)}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Edgekeeper: the last change has no effect</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}pre{background:#eee;color:#111;padding:1em;overflow:auto}</style>
<h1>The last change has no effect</h1>
<p>This page is the emulator's own. The last good version serves all other requests.</p>
<h2>${escaped(code)}</h2>
${problems.join('\n')}
<p>When it is repaired, reload.</p>
</html>
`;
}

function excerptOf(problem: string): string {
  const [, file = '', line, column] = SOURCE.exec(problem) ?? [];
  const text = file === '' ? null : textOf(file);
  if (text === null) return '';
  const at = Number(line);
  const from = Math.max(1, at - LINES_AROUND);
  const shown = text.split('\n').slice(from - 1, at + LINES_AROUND);
  const width = String(from + shown.length - 1).length;
  const lines = shown.flatMap((content, index) => {
    const number = from + index;
    const numbered = `${String(number).padStart(width)} | ${maskedText(content)}`;
    return number === at
      ? [numbered, `${' '.repeat(width)} | ${' '.repeat(Math.max(0, Number(column) - 1))}^`]
      : [numbered];
  });
  return `<pre>${escaped(lines.join('\n'))}</pre>`;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
