import { defineConfig } from 'vitest/config';

const isCi = process.env.CI !== undefined && process.env.CI !== '';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Commands and packaging are processes of seconds; nothing waits for a clock.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: isCi ? ['default', ['json', { outputFile: 'test-results/vitest.json' }]] : ['default'],
  },
});
