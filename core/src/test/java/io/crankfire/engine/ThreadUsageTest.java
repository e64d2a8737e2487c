package io.crankfire.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ThreadUsageTest {

  @Test
  @EnabledOnOs(OS.LINUX)
  void tellsTheProcessorTimeOfTheCallingThread() {
    var threads = ManagementFactory.getThreadMXBean();
    try (ThreadUsage usage = new ThreadUsage()) {
      long before = threads.getCurrentThreadCpuTime();
      usage.update();
      long first = usage.cpuNanos();
      while (threads.getCurrentThreadCpuTime() - before < 30_000_000) {
        Thread.onSpinWait();
      }
      usage.update();
      long after = threads.getCurrentThreadCpuTime();
      assertThat(usage.cpuNanos() - first).isBetween(20_000_000L, after - before + 10_000_000);
      assertThat(usage.waitNanos()).isNotNegative();
    }
  }

  @Test
  void isUnknownBeforeTheFirstReading() {
    try (ThreadUsage usage = new ThreadUsage()) {
      assertThat(usage.cpuNanos()).isNegative();
      assertThat(usage.waitNanos()).isNegative();
    }
  }
}
