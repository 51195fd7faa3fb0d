import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The one test configuration; a package passes the coverage it promises (percent of lines, branches, functions). */
export function testConfig(coverage: number): ViteUserConfig {
  return defineConfig({
    test: {
      include: ['test/**/*.test.ts'],
      // One process for all files of a package: a process for each of them was a third of the CPU time of a test run. What a file
      // changes outside itself it must put back; ISOLATE=1 gives each file a process of its own again, to find one that does not.
      isolate: process.env['ISOLATE'] === '1',
      // The packages at 100 % open no socket and start no program; a thread is enough for them.
      pool: coverage === 100 ? 'threads' : 'forks',
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
