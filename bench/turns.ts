/** How much is measured: each contender once a round, with so many calls. Undefined: what the bench finds enough. */
export interface Amount {
  readonly rounds: number | undefined;
  readonly calls: number | undefined;
}

/**
 * The measurements of each contender, one a round. They take turns, so that a change of the machine's
 * speed meets them all, and another begins each round.
 */
export async function inTurns<C, M>(
  what: string,
  contenders: readonly C[],
  rounds: number,
  measure: (contender: C) => M | Promise<M>,
): Promise<Map<C, M[]>> {
  const measured = new Map(contenders.map((contender) => [contender, [] as M[]]));
  for (let round = 0; round < rounds; round++) {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${what}: round ${round + 1} of ${rounds}`);
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      measured.get(contender)?.push(await measure(contender));
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return measured;
}
