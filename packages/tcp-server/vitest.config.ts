import { defineConfig, mergeConfig } from 'vitest/config'
import { testConfig } from '../../vitest.shared.ts'

// Everything is tested in both ways of reading a socket.
export default mergeConfig(
  testConfig(95),
  defineConfig({
    test: {
      projects: [
        { extends: true, test: { name: 'directly' } },
        { extends: true, test: { name: 'by events', env: { READING: 'events' } } },
      ],
    },
  }),
)
