package dev.mlops.architecture.offences.stats;

final class Chatterbox {

  void talk() {
    System.out.println("hello");
  }

  void complain(RuntimeException e) {
    e.printStackTrace();
  }
}
