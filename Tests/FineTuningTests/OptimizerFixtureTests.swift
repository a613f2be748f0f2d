import FineTuning
import Foundation
import LanguageModels
import Tables
import Tensors
import Testing

@Suite struct `Optimizers beside their references` {
  typealias Method = OptimizerSettings.Method

  @Test(
    arguments: [
      (Method.adam, "Adam", 0.01), (.adamW, "AdamW", 0.01), (.sgd, "SGD", 0.05), (.rmsProp, "RMSprop", 0.01),
      (.adadelta, "Adadelta", 1),
    ] as [(Method, String, Double)], InstructionSet.available)
  func `fifty steps with weight decay and two rates end where PyTorch does`(
    optimizer: (Method, String, Double), instructionSet: InstructionSet
  ) throws {
    let (method, name, rate) = optimizer
    let fixture = try OptimizerFixture(
      OptimizerFixture.small, method, rate: rate, engine: Engine(threadCount: 2, instructionSet: instructionSet))
    let start = try fixture.values("matrix")
    for step in [1, 10, 50] {
      fixture.train(to: step)
      for tensor in fixture.tensors {
        let expected = try OptimizerFixture.expected("\(name)/\(tensor.name)/\(step)", as: Float.self)
        let difference = relativeDifference(try fixture.values(tensor.name), expected, floor: 0.1)
        #expect(difference < 2e-6, "\(name), \(tensor.name) after \(step) steps: \(difference)")
      }
    }
    #expect(relativeDifference(start, try fixture.values("matrix")) > 0.05)
  }

  @Test(arguments: InstructionSet.available)
  func `AdamW8bit ends where the published scheme does`(instructionSet: InstructionSet) throws {
    let fixture = try OptimizerFixture(
      OptimizerFixture.large, .adamW8bit, rate: 0.01, engine: Engine(threadCount: 2, instructionSet: instructionSet))
    fixture.train(to: 50)
    let expected = try OptimizerFixture.expected("published/blockwise", as: Float.self)
    // A moment between two codes may be rounded to either when it was computed in another order, and then one step of one
    // element has another size.
    let differences = zip(try fixture.values("blockwise"), expected).map { abs($0 - $1) }
    #expect(differences.count { $0 > 1e-6 } < differences.count / 500, "\(differences.count { $0 > 1e-6 })")
    #expect(relativeDifference(try fixture.values("blockwise"), expected) < 1e-3)
    for moment in ["first", "second"] {
      let codes = try OptimizerFixture.expected("published/\(moment).codes", as: UInt8.self)
      let ours = try fixture.state("\(moment).codes", as: UInt8.self).prefix(codes.count)
      let others = zip(ours, codes).count { $0 != $1 }
      #expect(others < codes.count / 500, "\(moment): \(others) of \(codes.count)")
      let scales = try OptimizerFixture.expected("published/\(moment).scales", as: Float.self)
      #expect(relativeDifference(try fixture.state("\(moment).scales", as: Float.self), scales) < 1e-3)
    }
  }

  @Test func `AdamW8bit beside bitsandbytes: the same codes after a step, nearly the same values after fifty`() throws {
    let fixture = try OptimizerFixture(OptimizerFixture.large, .adamW8bit, rate: 0.01, engine: Engine())
    fixture.train(to: 1)
    for moment in ["first", "second"] {
      let codes = try OptimizerFixture.expected("bitsandbytes/\(moment).codes/1", as: UInt8.self)
      let ours = try fixture.state("\(moment).codes", as: UInt8.self).prefix(codes.count)
      let values = (moment == "first" ? BlockwiseCode.signed : .unsigned).values
      let shares = zip(ours, codes).map { (values[Int($0)], values[Int($1)]) }
      // Its processor code looks the code up in a table of steps of 2^-15, which is coarse for small shares.
      #expect(shares.allSatisfy { abs($0 - $1) < (abs($1) > 0.01 ? 0.0142 : 6e-4) })
      let large = shares.filter { abs($0.1) > 0.01 }
      #expect(large.count > codes.count / 2)
      #expect(large.count { $0 != $1 } < large.count / 100, "\(moment): \(large.count { $0 != $1 })")
      let scales = try OptimizerFixture.expected("bitsandbytes/\(moment).scales/1", as: Float.self)
      #expect(relativeDifference(try fixture.state("\(moment).scales", as: Float.self), scales) < 1e-6)
    }
    fixture.train(to: 50)
    let difference = relativeDifference(
      try fixture.values("blockwise"), try OptimizerFixture.expected("bitsandbytes/blockwise", as: Float.self))
    #expect(difference < 4e-3, "\(difference)")
    let plain = relativeDifference(
      try fixture.values("plain"), try OptimizerFixture.expected("bitsandbytes/plain", as: Float.self))
    #expect(plain < 2e-6, "\(plain)")
  }

  @Test func `the codes of 8-bit states are those of bitsandbytes, and what the paper says of them`() throws {
    for (code, moment) in [(BlockwiseCode.signed, "first"), (.unsigned, "second")] {
      let expected = try OptimizerFixture.expected("bitsandbytes/\(moment).values", as: Float.self)
      #expect(code.values.count == 256 && Set(code.values).count == 256)
      #expect(zip(code.values, expected).allSatisfy { abs($0 - $1) <= 3e-7 * abs($1) })
      #expect(code.values == code.values.sorted() && code.values.last == 1 && code.values.contains(0))
      // Seven decades, the fraction of the uppermost in 64 or 128 parts.
      let smallest = code.values.first { $0 > 0 } ?? 1
      #expect(smallest < 1e-6 && smallest > 1e-7)
      let parts = code.values.count { $0 > 0.1 && $0 < 1 }
      #expect(parts == (code.values[0] < 0 ? 64 : 128))
    }
    let signed = BlockwiseCode.signed.values
    #expect(signed.filter { $0 < 0 }.map { -$0 }.reversed() == signed.filter { $0 > 0 && $0 < 1 })
    #expect(BlockwiseCode.unsigned.values[0] == 0)
  }

  @Test func `AdamW8bit's state is 8 bits an element and a scale a block, 32 bits for tensors under 4096`() throws {
    let fixture = try OptimizerFixture(OptimizerFixture.large, .adamW8bit, rate: 0.01, engine: Engine())
    let sizes = fixture.optimizer.state.map { "\($0.name) \($0.bytes.count)" }
    let moment = [4 * 4095, 17 * 256, 17 * 4]
    #expect(
      sizes
        == ["first", "second"].flatMap { name in
          zip(["", ".codes", ".scales"], moment).map { "\(name)\($0) \($1)" }
        })
    #expect(OptimizerSettings(.adamW8bit).stateByteCount(forTensorsOf: [4099, 4095]) == 2 * moment.reduce(0, +))
    let smallest = try ParameterSet([("a", [64, 64], true)])
    let state = try OptimizerSettings(.adamW8bit).makeOptimizer(for: smallest).state
    #expect(state.map(\.name) == ["first.codes", "first.scales", "second.codes", "second.scales"])
    #expect(state.reduce(0) { $0 + $1.bytes.count } == 2 * (4096 + 4 * 16))
  }

  @Test(arguments: Method.allCases)
  func `the promised bytes of a state are those it takes`(method: Method) throws {
    // Multiples of what tensors are padded to.
    let parameters = try ParameterSet([("a", [64], true), ("b", [32, 512], true)])
    let state = try OptimizerSettings(method).makeOptimizer(for: parameters).state
    #expect(Set(state.map(\.name)).count == state.count)
    #expect(
      state.reduce(0) { $0 + $1.bytes.count }
        == OptimizerSettings(method).stateByteCount(forTensorsOf: [64, 32 * 512]))
  }

  @Test(arguments: Method.allCases)
  func `a state written down and read back goes on to the same bytes`(method: Method) throws {
    let tensors = OptimizerFixture.small + OptimizerFixture.large
    let whole = try OptimizerFixture(tensors, method, rate: 0.01, engine: Engine(threadCount: 3))
    let begun = try OptimizerFixture(tensors, method, rate: 0.01, engine: Engine(threadCount: 1))
    let resumed = try OptimizerFixture(tensors, method, rate: 0.01, engine: Engine(threadCount: 2))
    begun.train(to: 7)
    resumed.parameters.values.update(from: begun.parameters.values, count: begun.parameters.count)
    resumed.optimizer.stepCount = begun.optimizer.stepCount
    for (new, old) in zip(resumed.optimizer.state, begun.optimizer.state) {
      #expect(new.name == old.name)
      new.bytes.copyMemory(from: UnsafeRawBufferPointer(old.bytes))
    }
    resumed.train(to: 15)
    whole.train(to: 15)
    #expect(whole.bits == resumed.bits)
    #expect(whole.bits != begun.bits)
  }

  @Test func `states of 8 bits stay finite for gradients of nothing, of almost nothing, and huge`() throws {
    let engine = try Engine(threadCount: 1)
    for gradient in [0, 1e-20, 1e-38, 1e15] as [Float] {
      let parameters = try ParameterSet([("a", [4352], true)])
      let optimizer = try OptimizerSettings(.adamW8bit).makeOptimizer(for: parameters)
      for _ in 0..<5 {
        for index in 0..<4352 { parameters.gradients[index] = index % 3 == 0 ? gradient : 0 }
        optimizer.step(engine, learningRate: 0.1)
      }
      let values = UnsafeBufferPointer(start: parameters.values, count: 4352)
      #expect(values.allSatisfy { $0.isFinite })
      // What never had a gradient never moved.
      #expect(values.indices.allSatisfy { $0 % 3 == 0 || values[$0] == 0 })
    }
  }
}

@Suite struct `Schedules beside transformers` {
  @Test func `every rate of fifty steps, with warm-up and floor`() throws {
    let fixture = try JSONValue(parsing: Data(contentsOf: testFixtures.appending(path: "Optimizers/schedules.json")))
    let schedules = try #require(fixture["schedules"]?.arrayValue)
    #expect(schedules.count == 24)
    for expected in schedules {
      let name = try #require(expected["shape"]?.stringValue)
      let schedule = LearningRateSchedule(
        try #require(LearningRateSchedule.Shape(rawValue: name)), baseRate: 3e-4, stepCount: 50,
        warmupStepCount: try #require(expected["warmup"]?.doubleValue),
        minimumRatio: try #require(expected["floor"]?.doubleValue))
      let rates = try #require(expected["rates"]?.arrayValue).compactMap(\.doubleValue)
      #expect(rates.count == 50)
      for (step, rate) in rates.enumerated() {
        #expect(abs(schedule[step] - rate) <= 1e-15, "\(name), step \(step): \(schedule[step]), not \(rate)")
      }
    }
  }
}
