import { mergeConfig } from 'vitest/config'
import { testConfig } from '../../vitest.shared.ts'

// The program's first file is tested by running the built program, which the coverage of this process does not see.
export default mergeConfig(testConfig(95), { test: { coverage: { exclude: ['src/main.ts'] } } })
