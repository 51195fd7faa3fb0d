// Loaded into the server before its own program: tells, when it is asked, what the server holds open, by type. It keeps nothing
// alive, and ends the server when the soak is gone, so that none is left behind.
process.on('message', () => {
  const counts: Record<string, number> = {}
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1
  process.send?.(counts)
})
process.channel?.unref()
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
})
