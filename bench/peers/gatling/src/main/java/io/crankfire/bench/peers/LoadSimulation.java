package io.crankfire.bench.peers;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;

/// The load of one run of Gatling, from system properties named as in the harness's `Load`. Only
/// the closed model, in which a user has one connection: the users of the open model take as many
/// as they need.
public final class LoadSimulation extends Simulation {

  public LoadSimulation() {
    setUp(users().injectOpen(atOnceUsers(number("connections"))))
        .protocols(http.baseUrl(System.getProperty("load.url")));
  }

  private static ScenarioBuilder users() {
    ChainBuilder get = exec(http("get").get("/"));
    int total = number("total");
    return total > 0
        ? scenario("total").repeat(total).on(get)
        : scenario("closed").during(Duration.ofSeconds(number("seconds"))).on(get);
  }

  private static int number(String name) {
    return Integer.getInteger("load." + name);
  }
}
