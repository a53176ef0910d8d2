/**
 * Makes `Date` of this thread another time than the machine's. Timers stay as they are.
 *
 * @returns sets the milliseconds to add
 */
export function movableDate() {
  const Real = globalThis.Date;
  const { now } = Real;
  let offset = 0;
  Real.now = () => now() + offset;
  const Moved = new Proxy(Real, {
    construct: (target, parts, self) => Reflect.construct(target, parts.length === 0 ? [Real.now()] : parts, self),
    apply: () => new Moved().toString(),
  });
  Real.prototype.constructor = Moved;
  globalThis.Date = Moved;
  return (milliseconds) => {
    offset = milliseconds;
  };
}
