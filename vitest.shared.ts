import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The one test configuration; a package passes the coverage it promises (percent of lines, branches, functions). */
export function testConfig(coverage: number): ViteUserConfig {
  return defineConfig({
    test: {
      include: ['test/**/*.test.ts'],
      testTimeout: 20_000,
      hookTimeout: 20_000,
      // Titles that come from tables are sentences, not to be cut.
      chaiConfig: { truncateThreshold: 200 },
      reporters: ['default', ['json', { outputFile: 'reports/tests.json' }]],
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts'],
        reporter: [['text', { skipFull: true }]],
        thresholds: {
          lines: coverage,
          branches: coverage,
          functions: coverage,
          statements: coverage,
        },
      },
    },
  })
}
