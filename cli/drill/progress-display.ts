import type { Phase } from './phases.ts';
import { isBad, type Sample } from './sample.ts';

export interface ProgressDisplay {
  onPhase(phase: Phase): void;
  onSample(sample: Sample): void;
  end(): void;
}

const SECOND = 1000;

/**
 * Says on stderr what is going on: in a terminal one line that changes every second, elsewhere a line for each phase.
 *
 * @param seconds how long the whole takes
 */
export function progressDisplay(seconds: number, now: () => number): ProgressDisplay {
  const { stderr } = process;
  let phase: Phase | null = null;
  let answers = 0;
  let bad = 0;
  const elapsed = (): string => `${Math.round(now() / SECOND)} of ${Math.round(seconds)} s`;
  const show = (): void => {
    if (stderr.isTTY && phase !== null) {
      stderr.write(`\r\u001b[K${elapsed()}  ${phase.title}: ${answers} answers, ${bad} bad`);
    }
  };
  const timer = setInterval(show, SECOND);
  return {
    onPhase(next) {
      phase = next;
      if (stderr.isTTY) show();
      else stderr.write(`${elapsed()}  ${next.title}\n`);
    },
    onSample(sample) {
      answers++;
      if (isBad(sample)) bad++;
    },
    end() {
      clearInterval(timer);
      if (stderr.isTTY) stderr.write('\r\u001b[K');
    },
  };
}
