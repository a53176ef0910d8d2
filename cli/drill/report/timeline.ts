/** Availability and time to first byte, second by second, over the phases. */
import * as Plot from '@observablehq/plot';
import type { PhaseResult } from '../result.ts';
import type { Second } from '../seconds.ts';
import { document, GREEN, RED, SERIES, WIDTH } from './drawing.ts';
import type { Element } from './element.ts';

export function availabilityPlot(seconds: readonly Second[], phases: readonly PhaseResult[]): Element {
  return Plot.plot({
    ...common(seconds, phases),
    height: 300,
    marginTop: 130,
    ariaLabel: 'Availability over time',
    y: { label: 'Good answers, %', domain: [0, 100], percent: true, grid: true },
    marks: [
      ...shades(phases),
      Plot.text(phases, {
        x: ({ start, end }) => (start + end) / 2,
        text: 'name',
        frameAnchor: 'top',
        textAnchor: 'start',
        rotate: -60,
        dy: -6,
      }),
      Plot.lineY(seconds, { x: 'at', y: 'availability', stroke: GREEN, strokeWidth: 2, curve: 'step' }),
    ],
  });
}

export function firstBytePlot(seconds: readonly Second[], phases: readonly PhaseResult[]): Element {
  const lines = (['p50', 'p95', 'max'] as const).flatMap((which) =>
    seconds.map((second) => ({ which, at: second.at, milliseconds: second[which] })),
  );
  return Plot.plot({
    ...common(seconds, phases),
    height: 300,
    ariaLabel: 'Time to first byte over time',
    y: { label: 'Time to first byte, ms', type: 'log', grid: true, tickFormat: '~s' },
    color: { legend: true, domain: ['p50', 'p95', 'max'], range: SERIES },
    marks: [
      ...shades(phases),
      Plot.lineY(lines, { x: 'at', y: 'milliseconds', z: 'which', stroke: 'which', strokeWidth: 1.5 }),
    ],
  });
}

function common(seconds: readonly Second[], phases: readonly PhaseResult[]) {
  const end = Math.max(1, phases.at(-1)?.end ?? 0, seconds.at(-1)?.at ?? 0);
  return { document, width: WIDTH, marginLeft: 60, marginRight: 40, x: { label: 'Seconds', domain: [0, end] } };
}

/** Each phase is shaded, and the time of its fault more so. */
function shades(phases: readonly PhaseResult[]) {
  const faults = phases
    .filter(({ fault }) => fault !== null)
    .map(({ fault, repair, end }) => ({ from: fault, to: repair ?? end }));
  const second = phases.filter((_, index) => index % 2 === 1);
  return [
    Plot.rectX(second, { x1: 'start', x2: 'end', fill: 'currentColor', fillOpacity: 0.05 }),
    Plot.rectX(faults, { x1: 'from', x2: 'to', fill: RED, fillOpacity: 0.18 }),
    Plot.ruleX(phases, { x: 'start', strokeOpacity: 0.3 }),
  ];
}
