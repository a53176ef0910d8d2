import * as Plot from '@observablehq/plot';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { MINUTE_MS, type RecentTraffic } from '../live/recent-traffic.ts';
import { useTick } from '../live/use-tick.ts';
import { type Second, secondsOf } from './minute.ts';

const EACH_MS = 1_000;

/** Availability and latency of the last minute, which move. */
export function MinutePlots({ traffic }: { traffic: RecentTraffic }) {
  useTick(EACH_MS);
  const seconds = secondsOf(traffic.since(MINUTE_MS), traffic.now());
  const latest = seconds.findLast(({ availability }) => availability !== null);
  return (
    <div class="plots">
      <figure>
        <figcaption>
          Availability <strong>{latest?.availability == null ? '' : percentText(latest.availability)}</strong>
        </figcaption>
        <Drawing label="Availability over the last minute" draw={() => availabilityPlot(seconds)} />
      </figure>
      <figure>
        <figcaption>
          Latency, p50 and p95 <strong>{latest?.p95 == null ? '' : `${latest.p50} and ${latest.p95} ms`}</strong>
        </figcaption>
        <Drawing label="Latency over the last minute" draw={() => latencyPlot(seconds)} />
      </figure>
    </div>
  );
}

function percentText(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}

const SIZE = { width: 460, height: 120, marginLeft: 44, marginBottom: 24, marginTop: 10 };
const TIME = {
  domain: [-59, 0],
  label: null,
  ticks: [-60, -45, -30, -15, 0],
  tickFormat: (second: number) => `${second} s`,
};

function availabilityPlot(seconds: readonly Second[]): Element {
  return Plot.plot({
    ...SIZE,
    x: TIME,
    y: { domain: [0, 1], label: null, ticks: 3, tickFormat: (share: number) => `${share * 100} %`, grid: true },
    marks: [
      Plot.rectY(
        seconds.filter(({ availability }) => availability !== null),
        {
          x1: ({ second }) => second - 0.9,
          x2: ({ second }) => second - 0.1,
          y: 'availability',
          className: 'availability',
        },
      ),
    ],
  });
}

function latencyPlot(seconds: readonly Second[]): Element {
  return Plot.plot({
    ...SIZE,
    x: TIME,
    y: { type: 'sqrt', label: null, ticks: 3, tickFormat: (ms: number) => `${ms} ms`, grid: true, zero: true },
    marks: [
      Plot.lineY(seconds, { x: 'second', y: 'p95', className: 'p95', marker: 'dot' }),
      Plot.lineY(seconds, { x: 'second', y: 'p50', className: 'p50', marker: 'dot' }),
    ],
  });
}

/**
 * What Plot draws has a style sheet inside, which this page's policy refuses: the page's own has what is needed of it.
 * Its parts are labelled, too, where no label may be: the whole has one.
 */
function Drawing({ label, draw }: { label: string; draw: () => Element }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const drawing = draw();
    for (const style of drawing.querySelectorAll('style')) style.remove();
    for (const labelled of drawing.querySelectorAll('[aria-label]')) labelled.removeAttribute('aria-label');
    place.current?.replaceChildren(drawing);
  });
  return <div class="drawing" role="img" aria-label={label} ref={place} />;
}
