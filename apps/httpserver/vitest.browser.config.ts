import { defineConfig } from 'vitest/config'

// These tests need Chromium, which a fresh machine has not: they are run by .ci/run, not by the test script.
export default defineConfig({
  test: { include: ['test/browser/*.browser.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
