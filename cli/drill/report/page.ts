/** One page of HTML that needs nothing else: drawings as SVG, and beside each the same as a table. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DrillResult, PhaseResult } from '../result.ts';
import type { Sample } from '../sample.ts';
import { secondsOf } from '../seconds.ts';
import { isDuringFault, type Served, servedBy } from '../served.ts';
import { COLUMNS, rowOf } from '../summary.ts';
import { type Element, element, table } from './element.ts';
import { availabilityPlot, firstBytePlot } from './timeline.ts';
import { worldMap } from './world-map.ts';

/** @param regions all of them, in the order of the settings */
export async function writeReport(
  file: string,
  result: DrillResult,
  samples: readonly Sample[],
  regions: readonly string[],
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, page(result, samples, regions));
}

function page(result: DrillResult, samples: readonly Sample[], regions: readonly string[]): string {
  const { url, phases } = result;
  const title = url === null ? 'A drill' : `Seen of ${url}`;
  const seconds = secondsOf(samples);
  const rows = phases.map((phase) => [...rowOf(phase), ...affected(phase), phase.title]);
  const body = element('body', [
    element('h1', [title]),
    ...verdict(result),
    element('h2', ['Over time']),
    element('p', [OVER_TIME]),
    figure(availabilityPlot(seconds, phases), 'Good answers of each second.'),
    figure(firstBytePlot(seconds, phases), 'Time to first byte of each second, on a logarithmic scale.'),
    element('h2', ['Phase by phase']),
    element('p', [FIGURES]),
    table('What each phase came to', [...COLUMNS, ...AFFECTED, 'what happens'], rows),
    ...(url === null ? maps(phases, samples, regions) : []),
  ]);
  const head = element('head', [
    element('meta', [], { charset: 'utf-8' }),
    element('meta', [], { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', [title]),
    element('style', [STYLE]),
  ]);
  return `<!doctype html>\n${element('html', [head, body], { lang: 'en' }).outerHTML}\n`;
}

const AFFECTED = ['affected p50 ms', 'affected p95 ms'];

function affected({ affectedMs }: PhaseResult): string[] {
  return [affectedMs?.p50, affectedMs?.p95].map((milliseconds) => milliseconds?.toFixed(0) ?? '-');
}

function verdict({ began, url, seed, rate, originSettings, isInterrupted, missed, phases }: DrillResult): Element[] {
  const settings = originSettings === 'cloudfront' ? ", with CloudFront's default origin settings" : '';
  const what =
    url === null
      ? `${rate} requests a second, seed ${seed}${settings}`
      : `${rate} requests a second; nothing was broken`;
  const met = phases.length === 0 ? 'No phase came to its end.' : 'All objectives were met.';
  return [
    element('p', [`${began}: ${what}.`]),
    ...(isInterrupted ? [element('p', ['It was ended early: what came to its end is here.'])] : []),
    missed.length === 0
      ? element('p', [met])
      : element(
          'ul',
          missed.map(({ phase, text }) => element('li', [`Missed: ${phase}: ${text}.`])),
        ),
  ];
}

/** While all regions are broken nobody is served, so that nothing of it is on a map. */
function maps(phases: readonly PhaseResult[], samples: readonly Sample[], regions: readonly string[]): Element[] {
  const faulty = samples.filter((sample) => isDuringFault(sample, phases));
  const quiet = phases.filter(({ fault }) => fault === null).map(({ name }) => name);
  const well = samples.filter(({ phase }) => quiet.includes(phase));
  return [
    element('h2', ['Who was served from where']),
    element('p', ['Of what was fetched: hits come from the cache, wherever they were fetched from once.']),
    ...served('In phases without a fault', servedBy(well), regions),
    ...served('While something is broken', servedBy(faulty), regions),
  ];
}

function served(title: string, ways: readonly Served[], regions: readonly string[]): Element[] {
  const rows = ways.map(({ city, region, share }) => [city, region, `${Math.round(share * 100)} %`]);
  const details = element('details', [
    element('summary', [`${title}: as a table`]),
    table(title, ['city', 'region', 'share'], rows),
  ]);
  return [figure(worldMap(title, ways, regions), `${title}.`), details];
}

function figure(drawing: Element, caption: string): Element {
  return element('figure', [drawing, element('figcaption', [caption])]);
}

const OVER_TIME = `A request counts in the second in which it was due. The red parts are the times of the faults.`;

const FIGURES = `Times to the first byte count from the moment at which a request was due, and hold connecting. "good": answered
without an error; "elsewhere": answers fetched from another region than the nearest; "longest s": the longest wait for an answer
that a failover brought (where the primary accepts requests and says nothing it is the response timeout, which no objective
bounds); "broken off": answers that ended before their time, which are good by their status; "bad for s": from the fault to the
last bad answer; "back after s": from the repair until the repaired region served its viewers again; "affected": of what was
fetched during the fault for viewers whose region was broken. The emulator shows the distribution's timeouts and decisions; the
network is this machine's own, and so is its noise.`;

const STYLE = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
figure { margin: 1rem 0; }
svg { --plot-background: Canvas; }
div { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; }
td:not(:last-child) { white-space: nowrap; }
td:last-child { min-width: 14rem; }
th, td { text-align: left; padding: 0.2rem 0.6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }`;
