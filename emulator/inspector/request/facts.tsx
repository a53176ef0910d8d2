import type { ComponentChildren } from 'preact';

export type Fact = readonly [name: string, value: ComponentChildren];

/** Names and values. What is null has no line. */
export function Facts({ facts }: { facts: readonly (Fact | null)[] }) {
  const shown = facts.filter((fact) => fact !== null);
  if (shown.length === 0) return null;
  return (
    <dl class="facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function HeaderList({ headers }: { headers: readonly { readonly name: string; readonly value: string }[] }) {
  if (headers.length === 0) return <span class="quiet-text">none</span>;
  return (
    <ul class="headers">
      {headers.map(({ name, value }, index) => (
        <li key={index}>
          <span class="header-name">{name}</span>: {value}
        </li>
      ))}
    </ul>
  );
}
