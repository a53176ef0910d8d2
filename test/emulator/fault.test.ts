import { describe, expect, test } from 'vitest';
import { type Fault, parseFault } from '../../emulator/fault.ts';

describe('parseFault', () => {
  test.each<Fault>([
    { kind: 'down' },
    { kind: 'refuse' },
    { kind: 'dns' },
    { kind: 'tls' },
    { kind: 'hang' },
    { kind: 'slow', ms: 0 },
    { kind: 'slow', ms: 600_000 },
    { kind: 'reset' },
    { kind: 'truncate' },
    { kind: 'status', status: 400 },
    { kind: 'status', status: 599 },
    { kind: 'status', status: 503, share: 0 },
    { kind: 'status', status: 503, share: 0.5 },
    { kind: 'status', status: 503, share: 1 },
  ])('%o', (fault) => {
    expect(parseFault(JSON.parse(JSON.stringify(fault)))).toEqual(fault);
  });

  const KINDS = 'kind: expected one of down, refuse, dns, tls, hang, slow, reset, truncate, status';
  const MS = 'ms: expected a whole number from 0 to 600000';
  const STATUS = 'status: expected a whole number from 400 to 599';

  test.each([
    [{ kind: 'off' }, `${KINDS}, got "off"`],
    [{ kind: 'Down' }, `${KINDS}, got "Down"`],
    [{ kind: 'toString' }, `${KINDS}, got "toString"`],
    [{}, `${KINDS}, got nothing`],
    [{ kind: null }, `${KINDS}, got null`],
    [null, 'fault: expected an object, got null'],
    ['down', 'fault: expected an object, got "down"'],
    [[], 'fault: expected an object, got []'],
    [{ kind: 'slow' }, `${MS}, got nothing`],
    [{ kind: 'slow', ms: -1 }, `${MS}, got -1`],
    [{ kind: 'slow', ms: 600_001 }, `${MS}, got 600001`],
    [{ kind: 'slow', ms: 1.5 }, `${MS}, got 1.5`],
    [{ kind: 'slow', ms: '100' }, `${MS}, got "100"`],
    [{ kind: 'status' }, `${STATUS}, got nothing`],
    [{ kind: 'status', status: 399 }, `${STATUS}, got 399`],
    [{ kind: 'status', status: 600 }, `${STATUS}, got 600`],
    [{ kind: 'status', status: 503.5 }, `${STATUS}, got 503.5`],
    [{ kind: 'status', status: 503, share: -0.1 }, 'share: expected a number from 0 to 1, got -0.1'],
    [{ kind: 'status', status: 503, share: 1.1 }, 'share: expected a number from 0 to 1, got 1.1'],
    [{ kind: 'status', status: 503, share: '0.5' }, 'share: expected a number from 0 to 1, got "0.5"'],
    [{ kind: 'down', share: 1 }, 'share: expected no such field beside kind down, got 1'],
    [{ kind: 'down', ms: 5 }, 'ms: expected no such field beside kind down, got 5'],
    [{ kind: 'slow', ms: 5, status: 503 }, 'status: expected no such field beside kind slow, got 503'],
    [{ kind: 'status', status: 503, ms: 5 }, 'ms: expected no such field beside kind status, got 5'],
    [{ kind: 'hang', for: 'ever' }, 'for: expected no such field beside kind hang, got "ever"'],
  ])('%o is refused', (value, message) => {
    expect(() => parseFault(value)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message }));
  });
});
