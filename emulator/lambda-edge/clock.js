/**
 * Makes `Date` of this thread another time than the machine's. Timers stay as they are.
 *
 * @returns sets how many milliseconds it is ahead, or at which time it stands still
 */
export function movableDate() {
  const Real = globalThis.Date;
  const { now } = Real;
  let timeNow = now;
  Real.now = () => timeNow();
  const Moved = new Proxy(Real, {
    construct: (target, parts, self) => Reflect.construct(target, parts.length === 0 ? [Real.now()] : parts, self),
    apply: () => new Moved().toString(),
  });
  Real.prototype.constructor = Moved;
  globalThis.Date = Moved;
  return ({ aheadMs, frozenAt }) => {
    timeNow = frozenAt === null ? () => now() + aheadMs : () => frozenAt;
  };
}
