Console.WriteLine("vsearch");
