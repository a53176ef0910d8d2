/** `8.6 KB`, of 1,024 bytes each. */
export function bytesText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${trimmed(bytes / 1_024)} KB`;
  return `${trimmed(bytes / 1_048_576)} MB`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
